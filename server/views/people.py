"""People of organizations: invited, with their roles, and asking to be let in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, get_args

from pydantic import StringConstraints

from server.views.federation import ProviderView
from signaling.messages import Message

StaffAudienceName = Literal["practitioner", "spa", "ops"]
RoleName = Literal[
    "practitioner", "spa_staff", "spa_manager", "medical_director", "ops", "compliance"
]
ROLE_NAMES: Final[Mapping[str, RoleName]] = {one: one for one in get_args(RoleName)}
Login = Annotated[str, StringConstraints(min_length=2, max_length=120, strip_whitespace=True)]
PersonName = Annotated[
    str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)
]
OrganizationId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Secret = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
NewPassword = Annotated[str, StringConstraints(min_length=12, max_length=200)]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class RecoveryView(Message):
    """Somebody asks to be let in again, since when; `approved`: they may choose a password."""

    asked_at_ms: int
    expires_at_ms: int
    approved: bool


class PersonView(Message):
    """Somebody who signs in for an organization.

    `yours`: the account that asks. `roles`: which ones it may be given by who asks; none where
    they may not decide about it. `second_factor`: it has one. `sessions`: live ones.
    `practitioner_id`: whose file is theirs, where they examine.
    """

    account_id: str
    organization_id: str
    audience: StaffAudienceName
    login: str
    display_name: str
    role: RoleName
    active: bool
    yours: bool
    roles: list[RoleName]
    second_factor: bool
    sessions: int
    practitioner_id: str | None
    recovery: RecoveryView | None


class OpenInvitationView(Message):
    """An invitation that can still be accepted. `yours`: who asks may take it back."""

    id: str
    organization_id: str
    role: RoleName
    login: str
    display_name: str
    invited_at_ms: int
    expires_at_ms: int
    yours: bool


class PlaceView(Message):
    """An organization, and which roles who asks may give in it."""

    organization_id: str
    name: str
    kind: Literal["network", "spa"]
    roles: list[RoleName]


class PeopleView(Message):
    """Who signs in for one's spa, or network and its spas. `more`: not all are shown."""

    people: list[PersonView]
    more: bool
    invitations: list[OpenInvitationView]
    organizations: list[PlaceView]


class InvitationForm(Message):
    """Whom a new link is for. The last three are said of those who are to examine."""

    organization_id: OrganizationId
    role: RoleName
    login: Login
    display_name: PersonName
    profession: Literal["MD", "DO", "NP", "PA"] | None = None
    npi: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")] | None = None
    languages: Annotated[str, StringConstraints(max_length=40)] | None = None


class NewInvitationView(Message):
    """A link for one person, shown once, and the page as it is now."""

    url: str
    expires_at_ms: int
    page: PeopleView


class RoleForm(Message):
    """What somebody is from now on."""

    role: RoleName


class PhraseForm(Message):
    """The four words that somebody reads out who asks to be let in again."""

    phrase: Phrase


class SecretForm(Message):
    """What stands in the fragment of a link."""

    secret: Secret


class InvitationView(Message):
    """Whom an invitation names, and for what.

    `providers`: by which of them it can be accepted; `by_password`: by a password, too.
    """

    audience: StaffAudienceName
    organization_name: str
    demo: bool
    role: RoleName
    login: str
    display_name: str
    expires_at_ms: int
    providers: list[ProviderView]
    by_password: bool


class JoinForm(Message):
    """The password that somebody chooses who comes by a link: 12 characters at least."""

    secret: Secret
    password: NewPassword


class RecoveryForm(Message):
    """Whose account somebody wants to be let in to again."""

    audience: StaffAudienceName
    login: Login


class RecoveryAskedView(Message):
    """What the browser keeps, and the words to read out; the same for a login of nobody."""

    secret: str
    phrase: str
    expires_at_ms: int
