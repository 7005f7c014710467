"""What is read by whom asks: a mark for every route, command and socket of `server.access`.

Data, like the policy, and as complete: a route or command without a mark stops the server from
starting. A route that shows PHI has an entry in the audit log before it is answered
(`server.auditing`); how, its mark says.

    NOTHING    no PHI of anybody
    STATE      one encounter, and the page reads it again when it is told of a change
    ONE        one encounter, each time
    LIST       encounters with names; the handler says which
    PAPER      a document of one encounter
    RECORD     all of one encounter, for another program
    ENTRY      somebody comes in, and is shown something at once
    SEARCH     the audit log
    EXPORT     what was found in it, as a file

A receipt that says only that something was done shows nothing. What a live page is pushed
belongs to the reading that its opening was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from server.access import COMMANDS, NAMESPACES, RouteKey, practitioner_files
from server.completeness import PolicyIncomplete


class Reads(StrEnum):
    """What somebody is shown."""

    NOTHING = "nothing"
    STATE = "state"
    ONE = "one"
    LIST = "list"
    PAPER = "paper"
    RECORD = "record"
    ENTRY = "entry"
    SEARCH = "search"
    EXPORT = "export"


_NOTHING: Final = (
    # Pages, and what is the same for everybody.
    *("GET /", "GET /signpost.css", "GET /join", "GET /join/", "GET /console"),
    *("GET /console/", "GET /portal", "GET /portal/", "GET /ops", "GET /ops/"),
    *("GET /assets/{name}", "GET /api/v1/info", "GET /api/v1/openapi.json"),
    *("GET /healthz", "GET /readyz", "GET /.well-known/jwks.json", "GET /metrics"),
    *("GET /fhir/clients/{id}/jwks.json", "GET /practitioners/{id}/jwks.json"),  # public keys
    # Hashes and what was signed of them.
    *("GET /log/checkpoint", "GET /log/key", "GET /log/tile/{path}"),
    # Who is signed in, and where.
    *("GET /api/v1/console/session", "DELETE /api/v1/console/session"),
    *("GET /api/v1/portal/session", "DELETE /api/v1/portal/session"),
    *("GET /api/v1/ops/session", "DELETE /api/v1/ops/session"),
    # What staff prove themselves by; a change has an entry of its own.
    *(
        route.replace(" ", f" /api/v1/{page}/")
        for page in ("console", "portal", "ops")
        for route in (
            *("GET factors", "POST code-generators", "POST code-generators/{id}/confirm"),
            *("DELETE code-generators/{id}", "POST recovery-codes", "PUT password"),
            *("POST passkeys/options", "POST passkeys", "PUT passkeys/{id}"),
            *("DELETE passkeys/{id}", "POST session/passkey-options"),
            *("GET providers", "POST session/provider", "POST session/step-up/provider"),
            *("POST session/step-up/provider/finish", "GET provider-links"),
            *("POST provider-links", "POST provider-links/finish", "DELETE provider-links"),
        )
    ),
    # Providers of identities, and who signs in without them; a change has an entry of its own.
    *("GET /api/v1/compliance/providers", "POST /api/v1/compliance/providers"),
    *("DELETE /api/v1/compliance/providers/{id}", "PUT /api/v1/compliance/local-sign-in"),
    "PUT /api/v1/compliance/emergency-accounts/{id}",
    *("POST /api/v1/compliance/emergency-accounts/seen", "POST /oidc/{id}/backchannel-logout"),
    *("GET /api/v1/compliance/sign-in-policy", "PUT /api/v1/compliance/sign-in-policy"),
    # How many emergency accesses nobody has reviewed, and no word of them.
    "GET /api/v1/compliance/emergency-access/waiting",
    # Practitioners' files: staff, nothing of a patient. A change has an entry of its own.
    *practitioner_files.ROUTES,
    # People, invitations and who asks to be let in; a change has an entry of its own.
    *("GET /api/v1/portal/people", "GET /api/v1/ops/people"),
    *(
        route.replace(" ", f" /api/v1/{page}/people/")
        for page in ("portal", "ops")
        for route in (
            *("POST invitations", "DELETE invitations/{id}", "PUT {id}/role"),
            *("POST {id}/close", "POST {id}/reopen"),
            *("POST {id}/recovery/approve", "POST {id}/recovery/refuse"),
        )
    ),
    *("POST /api/v1/invitations/look", "POST /api/v1/recoveries"),
    *("GET /api/v1/join/kiosk", "POST /api/v1/join/end", "GET /api/v1/join/ice-servers"),
    "POST /api/v1/portal/sites/{id}/device",
    # Where they are signed in themselves; that they ended a session has an entry of its own.
    *(
        route.replace(" ", f" /api/v1/{page}/session/")  # has an entry of its own, too
        for page in ("console", "portal", "ops")
        for route in (
            *("GET step-up", "POST step-up"),
            *("POST step-up/passkey-options", "POST step-up/passkey"),
        )
    ),
    *("GET /api/v1/console/sessions", "DELETE /api/v1/console/sessions/{id}"),
    *("POST /api/v1/console/sessions/end-others", "POST /api/v1/console/session/activity"),
    *("GET /api/v1/portal/sessions", "DELETE /api/v1/portal/sessions/{id}"),
    *("POST /api/v1/portal/sessions/end-others", "POST /api/v1/portal/session/activity"),
    *("GET /api/v1/ops/sessions", "DELETE /api/v1/ops/sessions/{id}"),
    *("POST /api/v1/ops/sessions/end-others", "POST /api/v1/ops/session/activity"),
    # A spa's endpoints and what they were told: identifiers, and nothing of a patient.
    *("GET /api/v1/portal/endpoints", "POST /api/v1/portal/endpoints"),
    *("POST /api/v1/portal/endpoints/{id}/secret", "POST /api/v1/portal/endpoints/{id}/ping"),
    *(
        "POST /api/v1/portal/endpoints/{id}/disable",
        "POST /api/v1/portal/endpoints/{id}/enable",
    ),
    "POST /api/v1/portal/endpoints/{id}/resend",  # its entry is its own
    # A spa's software: names, public keys, and when it last signed in.
    *("GET /api/v1/portal/software", "POST /api/v1/portal/software"),
    "POST /api/v1/portal/software/{id}/keys",
    "DELETE /api/v1/portal/software/{id}/keys/{key}",
    "POST /api/v1/portal/software/{id}/revoke",
    "GET /.well-known/oauth-authorization-server",
    # A site's protocols, staff and their shifts, figures, rules: of no patient.
    *("GET /api/v1/portal/protocols", "POST /api/v1/portal/protocols"),
    *("POST /api/v1/portal/protocols/{id}/sign", "POST /api/v1/portal/protocols/{id}/withdraw"),
    *("GET /api/v1/ops/shifts", "POST /api/v1/ops/shifts", "POST /api/v1/ops/shifts/import"),
    *("GET /api/v1/ops/shifts/coverage", "PUT /api/v1/ops/shifts/{id}"),
    *("DELETE /api/v1/ops/shifts/{id}", "GET /api/v1/console/shifts"),
    *("POST /api/v1/console/shifts", "PUT /api/v1/console/shifts/{id}"),
    *("DELETE /api/v1/console/shifts/{id}", "PUT /api/v1/console/settings"),
    *("GET /api/v1/ops/history", "GET /api/v1/ops/days/{day}", "POST /api/v1/ops/plan"),
    "POST /api/v1/ops/encounters/{id}/priority",  # no body comes back
    *("GET /api/v1/compliance", "GET /api/v1/compliance/jurisdictions/{code}"),
    *("GET /api/v1/compliance/release", "POST /api/v1/compliance/openings"),
    *("POST /api/v1/compliance/closings", "POST /api/v1/compliance/sign-offs"),
    *("POST /api/v1/compliance/withdrawals", "PUT /api/v1/compliance/policy"),
    *("POST /api/v1/compliance/publications", "GET /api/v1/compliance/audit/people"),
)
_STATE: Final = (
    *("GET /api/v1/join/state", "PUT /api/v1/join/holder", "PUT /api/v1/join/identity"),
    *("PUT /api/v1/join/guardian", "PUT /api/v1/join/location", "PUT /api/v1/join/treatments"),
    *("PUT /api/v1/join/answers", "PUT /api/v1/join/consents", "PUT /api/v1/join/device-test"),
    *("PUT /api/v1/join/privacy", "PUT /api/v1/join/room", "GET /api/v1/join/questionnaire"),
    *("PUT /api/v1/join/modality", "POST /api/v1/join/submit"),
    *("POST /api/v1/join/uploads", "GET /api/v1/join/uploads"),
    "DELETE /api/v1/join/uploads/{upload}",
    "GET /api/v1/console/encounters/{id}",
    "GET /api/v1/console/encounters/{id}/note",
    *("GET /api/v1/console/encounters/{id}/chat", "GET /api/v1/join/chat"),
    "GET /api/v1/console/encounters/{id}/authorizations",
    "GET /api/v1/portal/encounters/{id}",
)
_ONE: Final = (
    "GET /api/v1/join/uploads/{upload}/image",
    "GET /api/v1/join/uploads/{upload}/thumbnail",
    "GET /api/v1/console/encounters/{id}/pictures/{picture}",
    "GET /api/v1/console/encounters/{id}/thumbnails/{picture}",
    "POST /api/v1/console/authorizations/{id}/revoke",
    "POST /api/v1/portal/encounters/{id}/vitals",
    "POST /api/v1/portal/encounters/{id}/link",
    "POST /api/v1/portal/encounters/{id}/message",
    "POST /api/v1/portal/encounters/{id}/cancel",
    "POST /api/v1/authorizations/{id}/satisfy",
    "POST /api/v1/authorizations/{id}/uses",
)
_LIST: Final = (
    "GET /api/v1/console/signed",
    "GET /api/v1/console/readable",
    "GET /api/v1/console/reviews",
    # Opening has an entry of its own besides, before anything is shown.
    *("GET /api/v1/console/emergency-access", "POST /api/v1/console/emergency-access"),
    "DELETE /api/v1/console/emergency-access/{id}",
    # Why a chart was opened: somebody's own words, which may name the patient.
    "GET /api/v1/compliance/emergency-access",
    "POST /api/v1/compliance/emergency-access/{id}/review",
    "GET /api/v1/portal/home",
    "POST /api/v1/portal/encounters",  # the one that was just asked for
    "POST /api/v1/authorizations/query",
)
_PAPER: Final = (
    "GET /api/v1/join/copy.pdf",
    "GET /api/v1/console/encounters/{id}/exam.pdf",
    "GET /api/v1/portal/encounters/{id}/exam.pdf",
)
_RECORD: Final = (
    "GET /api/v1/portal/encounters/{id}/fhir",
    *("GET /api/v1/join/record.json", "GET /api/v1/portal/encounters/{id}/record.json"),
)
_SEARCH: Final = (
    *("GET /api/v1/compliance/audit", "GET /api/v1/compliance/audit/unusual"),
    "GET /api/v1/compliance/audit/entries/{entry}",
)
_EXPORT: Final = ("GET /api/v1/compliance/audit.csv",)
_ENTRY: Final = (
    *("POST /api/v1/join/session", "POST /api/v1/join/kiosk"),
    *("POST /api/v1/console/session", "POST /api/v1/portal/session"),
    *("POST /api/v1/ops/session", "POST /oauth/token"),
    *("POST /api/v1/console/session/passkey", "POST /api/v1/portal/session/passkey"),
    "POST /api/v1/ops/session/passkey",
    "POST /api/v1/console/session/provider/finish",
    *(
        "POST /api/v1/portal/session/provider/finish",
        "POST /api/v1/ops/session/provider/finish",
    ),
    *("POST /api/v1/invitations/accept", "POST /api/v1/recoveries/finish"),
)

ROUTES: Final[Mapping[RouteKey, Reads]] = {
    RouteKey(key): reads
    for reads, keys in {
        Reads.NOTHING: _NOTHING,
        Reads.STATE: _STATE,
        Reads.ONE: _ONE,
        Reads.LIST: _LIST,
        Reads.PAPER: _PAPER,
        Reads.RECORD: _RECORD,
        Reads.ENTRY: _ENTRY,
        Reads.SEARCH: _SEARCH,
        Reads.EXPORT: _EXPORT,
    }.items()
    for key in keys
}

COMMANDS_READ: Final[Mapping[str, Reads]] = {
    # The whole state of a page: the entry is made where it is read (`server.live.showing`).
    "sync": Reads.LIST,
    # All others are acknowledged with numbers and instants.
    **dict.fromkeys(
        (
            *("queue.join", "queue.leave", "callback.request", "consent.withdraw"),
            *("emergency.raise", "emergency.clear", "room.set", "location.heard"),
            *("answers.read", "flags.reason"),
            *("call.description", "call.candidate", "call.first_frame", "call.interrupted"),
            *("call.recovered", "call.failed", "call.retry", "call.media", "call.report"),
            *("call.hang_up", "chat.say", "leg.answer", "leg.refresh", "leg.failed"),
            *("duty.available", "duty.away", "offer.accept", "offer.decline"),
            *("note.save", "gate.confirm", "disposition.set", "finding.see"),
            *("encounter.resume", "encounter.reschedule", "encounter.park"),
            *("encounter.no_show", "encounter.release", "encounter.sign", "addendum.add"),
            *("review.begin", "review.open", "review.attest", "review.judge"),
            *("review.return", "review.upgrade"),
        ),
        Reads.NOTHING,
    ),
}

NAMESPACES_READ: Final[Mapping[str, Reads]] = {
    "/patient": Reads.STATE,
    "/practitioner": Reads.LIST,
    "/spa": Reads.LIST,
    "/ops": Reads.NOTHING,
}
"""What opening a live page shows."""


def require_complete(routes: Iterable[RouteKey]) -> None:
    """Compare the marks with the routes that are served, and with the policy.

    Raises:
        PolicyIncomplete: naming what is missing on either side, or is marked twice.
    """
    served = set(routes)
    marked = [*_NOTHING, *_STATE, *_ONE, *_LIST, *_PAPER, *_RECORD, *_ENTRY, *_SEARCH, *_EXPORT]
    problems = [f"no mark for {key}" for key in sorted(served - ROUTES.keys())]
    problems += [f"no route for the mark {key}" for key in sorted(ROUTES.keys() - served)]
    problems += [f"two marks for {key}" for key in sorted(set(marked)) if marked.count(key) > 1]
    problems += [f"no mark for {name}" for name in COMMANDS.keys() ^ COMMANDS_READ.keys()]
    problems += [f"no mark for {name}" for name in NAMESPACES.keys() ^ NAMESPACES_READ.keys()]
    if problems:
        raise PolicyIncomplete("; ".join(problems))
