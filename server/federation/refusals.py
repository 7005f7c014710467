"""Why signing in at a provider does not work, or is refused.

Unauthenticated 401
|-- ProviderRefused      provider_refused      whatever was wrong with what came back
`-- FlowOver             provider_flow_over    not begun in this browser, too long ago, or used
NotFound 404
`-- ProviderUnknown      provider_unknown
Conflict 409
|-- ProviderKnown        provider_known        the organization has one with this issuer
|-- ProvidersFull        providers_full
|-- LinkTaken            link_taken            somebody else here is that person there
|-- LastWayIn            last_way_in           the account signs in by nothing else
|-- OwnSignIn            own_emergency_sign_in      somebody else has to see it
|-- SignInUnseen         emergency_sign_in_unseen   nobody has seen that it signed in
`-- NoWayIn              no_way_in             nobody could sign in any more
BadRequest 400
|-- IssuerRefused        issuer_refused        an address that this server does not ask
`-- LogoutRefused        logout_refused        the provider's word is not accepted
GoodfaithError 502
`-- ProviderFailed       provider_failed       it cannot be reached, or answers nothing useful

Why exactly is a word in the log (`reason`), for operators, and said to no browser.
"""

from __future__ import annotations

from server.errors import BadRequest, Conflict, GoodfaithError, NotFound, Unauthenticated


class ProviderRefused(Unauthenticated):
    """The provider's answer is not accepted, or is nobody's here.

    Which of them it was is said to nobody.
    """

    code = "provider_refused"
    message = "Your organization's sign-in did not let you in here. Please ask who runs it."


class FlowOver(Unauthenticated):
    """It was not begun in this browser, too long ago, or it ended already."""

    code = "provider_flow_over"
    message = "That took too long, or was finished already. Please sign in again."


class ProviderUnknown(NotFound):
    """There is no such provider, or it is not used any more."""

    code = "provider_unknown"
    message = "This way to sign in is not there any more."


class ProviderKnown(Conflict):
    """The organization has a provider with this issuer."""

    code = "provider_known"
    message = "There is a provider with this issuer. Please end that one first."


class ProvidersFull(Conflict):
    """The organization has as many as it may have."""

    code = "providers_full"
    message = "There are as many providers as an organization may have."


class LinkTaken(Conflict):
    """The person of the provider is somebody else here, or the account is another person."""

    code = "link_taken"
    message = "That person, or this account, is linked already. Please end that link first."


class LastWayIn(Conflict):
    """The links are the only way in that the account has, or that is open to it."""

    code = "last_way_in"
    message = "You sign in by nothing else. Ending this would leave you outside."


class OwnSignIn(Conflict):
    """What they did in an emergency is seen by somebody else, where there is somebody."""

    code = "own_emergency_sign_in"
    message = "That was you. Somebody else of compliance has to see it."


class SignInUnseen(Conflict):
    """An account that is none for emergencies any more would take its sign-in out of sight."""

    code = "emergency_sign_in_unseen"
    message = "It signed in in an emergency, and nobody has seen that. Please do that first."


class NoWayIn(Conflict):
    """Local sign-in would be closed, and no provider or nobody for an emergency is there."""

    code = "no_way_in"
    message = (
        "People have to be able to sign in: while passwords and passkeys open nothing, there "
        "has to be a provider, and an account for emergencies."
    )


class IssuerRefused(BadRequest):
    """An issuer at an address that this server does not connect to, or that is none."""

    code = "issuer_refused"
    message = "The issuer has to be an https address on the public internet, without a query."


class LogoutRefused(BadRequest):
    """A logout token that is not accepted."""

    code = "logout_refused"
    message = "This logout token is not accepted."


class ProviderFailed(GoodfaithError):
    """The provider cannot be reached, or answers nothing that can be used."""

    code = "provider_failed"
    message = "Your organization's sign-in does not answer. Please try again in a minute."
    status = 502
    retry = True


class Unusable(Exception):  # it is about the other server
    """A provider says what cannot be used; `reason` is a word of ours, for the log."""

    def __init__(self, reason: str) -> None:
        """Keep the word."""
        super().__init__(reason)
        self.reason = reason


class TokenRefused(Exception):  # it is about what somebody sent
    """A token is not accepted; `reason` is a word of ours, for the log."""

    def __init__(self, reason: str) -> None:
        """Keep the word."""
        super().__init__(reason)
        self.reason = reason
