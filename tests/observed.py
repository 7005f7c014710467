"""What Mozilla's HTTP Observatory looks for in a page, as functions of one answer.

Ten checks, in its words for what it finds (`EXPECTED` has the best of each), so that every run
of the tests sees what the real scanner sees in the long ones (`tests/observatory/`), on every
page.

    assert observed(seen) == EXPECTED
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Final

SIX_MONTHS_S: Final = 15_552_000
BROAD: Final = frozenset({"*", "http:", "https:", "ftp:", "data:", "blob:"})
PRIVATE: Final = frozenset(
    {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
)

Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as it came.

    Attributes:
        headers: of the answer, repeated ones repeated.
        html: the page.
        preflight: headers of the answer to another site's preflight request.
        hops: where plain HTTP led, from the first address on; empty where nobody listens.
    """

    headers: Sequence[Header]
    html: str
    preflight: Sequence[Header] = ()
    hops: Sequence[str] = ()

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def only(self, name: str) -> str | None:
        """Return a header's value; None where it is missing, or there are several."""
        found = self.all(name)
        return found[0].strip() if len(found) == 1 else None


def policy(seen: Seen) -> dict[str, list[str]]:
    """Return the directives of the content security policy; the first of a name counts."""
    found: dict[str, list[str]] = {}
    for one in seen.all("content-security-policy"):
        for directive in one.split(";"):
            name, *sources = directive.split() or [""]
            found.setdefault(name.lower(), [source.lower() for source in sources])
    found.pop("", None)
    return found


def content_security_policy(seen: Seen) -> str:
    """Nothing written into a page runs, and nothing is loaded that is not named."""
    found = policy(seen)
    fallback = found.get("default-src", ["*"])
    scripts, styles = found.get("script-src", fallback), found.get("style-src", fallback)
    active = [*scripts, *found.get("object-src", fallback)]
    every = [source for sources in found.values() for source in sources]
    plain = any(source.startswith(("http:", "ftp:", "ws:")) for source in every)
    holes = {
        "csp-not-implemented": not found,
        "csp-implemented-with-unsafe-inline": _is_broad(active),
        "csp-implemented-with-unsafe-eval": "'unsafe-eval'" in [*scripts, *styles],
        "csp-implemented-with-insecure-scheme": plain,
        "csp-implemented-with-unsafe-inline-in-style-src-only": _is_broad(styles),
        "csp-implemented-with-no-unsafe": fallback != ["'none'"],
    }
    best = "csp-implemented-with-no-unsafe-default-src-none"
    return next((word for word, there in holes.items() if there), best)


def _is_broad(sources: Sequence[str]) -> bool:
    return "'unsafe-inline'" in sources or not BROAD.isdisjoint(sources)


def cookies(seen: Seen) -> str:
    """A page gives no cookie; what signs in gives one that only this host ever sees."""
    found = [one for text in seen.all("set-cookie") for one in SimpleCookie(text).values()]
    if not found:
        return "cookies-not-found"
    if not all(one["secure"] for one in found):
        return "cookies-without-secure-flag"
    if not all(one["httponly"] for one in found):
        return "cookies-session-without-httponly-flag"
    if not all(one["samesite"].lower() in {"strict", "lax"} for one in found):
        return "cookies-secure-with-httponly-sessions"
    return "cookies-secure-with-httponly-sessions-and-samesite"


def cross_origin_resource_sharing(seen: Seen) -> str:
    """No page of another site reads an answer."""
    told = [*seen.headers, *seen.preflight]
    if any(name.lower() == "access-control-allow-origin" for name, _ in told):
        return "cross-origin-resource-sharing-implemented"
    return "cross-origin-resource-sharing-not-implemented"


def redirection(seen: Seen) -> str:
    """Plain HTTP is answered by nobody, or leads to TLS at once."""
    if not seen.hops:
        return "redirection-not-needed-no-http"
    first, *later = seen.hops
    if not later:
        return "redirection-missing"
    if not later[0].startswith("https://"):
        return "redirection-not-to-https-on-initial-redirection"
    if _host(first) != _host(later[0]):
        return "redirection-off-host-from-http"
    return "redirection-to-https"


def _host(url: str) -> str:
    return re.sub(r"^https?://|[:/].*$", "", url).lower()


def referrer_policy(seen: Seen) -> str:
    """No other site is told the address of a page."""
    found = seen.only("referrer-policy")
    if found is None:
        return "referrer-policy-not-implemented"
    return "referrer-policy-private" if found in PRIVATE else "referrer-policy-unsafe"


def strict_transport_security(seen: Seen) -> str:
    """A browser that was here once comes over TLS only."""
    found = seen.only("strict-transport-security")
    if found is None:
        return "hsts-not-implemented"
    age = re.search(r"max-age=(\d+)", found)
    if age is None:
        return "hsts-header-invalid"
    if int(age[1]) < SIX_MONTHS_S:
        return "hsts-implemented-max-age-less-than-six-months"
    return "hsts-implemented-max-age-at-least-six-months"


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.sources.append(dict(attrs).get("src"))


def subresource_integrity(seen: Seen) -> str:
    """Every script is one of ours."""
    reader = _Scripts()
    reader.feed(seen.html)
    if not reader.sources:
        return "sri-not-implemented-but-no-scripts-loaded"
    if all(one and re.match(r"/[^/]", one) for one in reader.sources):
        return "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"
    return "sri-not-implemented-but-external-scripts-loaded-securely"


def x_content_type_options(seen: Seen) -> str:
    """What a file is, its type says and not its first bytes."""
    found = seen.only("x-content-type-options")
    return f"x-content-type-options-{'nosniff' if found == 'nosniff' else 'not-implemented'}"


def x_frame_options(seen: Seen) -> str:
    """No page stands in a frame of another: also where a browser is too old for policies."""
    old = seen.only("x-frame-options")
    if old not in {"DENY", "SAMEORIGIN"}:
        return "x-frame-options-not-implemented"
    if policy(seen).get("frame-ancestors") != ["'none'"]:
        return "x-frame-options-sameorigin-or-deny"
    return "x-frame-options-implemented-via-csp"


def cross_origin_resource_policy(seen: Seen) -> str:
    """No page of another site loads an answer as a picture, a script or anything else."""
    found = seen.only("cross-origin-resource-policy")
    if found != "same-origin":
        return "corp-not-implemented"
    return "corp-implemented-with-same-origin"


CHECKS: Final[Mapping[str, Callable[[Seen], str]]] = {
    "content-security-policy": content_security_policy,
    "cookies": cookies,
    "cross-origin-resource-policy": cross_origin_resource_policy,
    "cross-origin-resource-sharing": cross_origin_resource_sharing,
    "redirection": redirection,
    "referrer-policy": referrer_policy,
    "strict-transport-security": strict_transport_security,
    "subresource-integrity": subresource_integrity,
    "x-content-type-options": x_content_type_options,
    "x-frame-options": x_frame_options,
}
EXPECTED: Final[Mapping[str, str]] = {
    "content-security-policy": "csp-implemented-with-no-unsafe-default-src-none",
    "cookies": "cookies-not-found",
    "cross-origin-resource-policy": "corp-implemented-with-same-origin",
    "cross-origin-resource-sharing": "cross-origin-resource-sharing-not-implemented",
    "redirection": "redirection-not-needed-no-http",
    "referrer-policy": "referrer-policy-private",
    "strict-transport-security": "hsts-implemented-max-age-at-least-six-months",
    "subresource-integrity": "sri-not-implemented-but-all-scripts-loaded-from-secure-origin",
    "x-content-type-options": "x-content-type-options-nosniff",
    "x-frame-options": "x-frame-options-implemented-via-csp",
}


def observed(seen: Seen) -> dict[str, str]:
    """Return what each check finds."""
    return {name: check(seen) for name, check in CHECKS.items()}
