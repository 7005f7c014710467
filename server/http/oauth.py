"""Refusals as OAuth words them (RFC 6749, section 5.2), for programs that know no others.

    {"error": "invalid_client", "error_description": "..."}

Only routes whose rule says `oauth` answer like this; all others as `server.http.routes` has it.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Final

from aiohttp import web

from server.http.calls import JSON
from server.problems import problem, status_of

OWN_WORDS: Final = frozenset({"invalid_client", "invalid_scope", "unsupported_grant_type"})
LATER: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


def oauth_failure(error: Exception) -> web.Response:
    """Return an error as OAuth says it; the sentence takes nothing from the request."""
    status, known = status_of(error), problem(error)
    said = {"error": oauth_word(status, known.code), "error_description": known.message}
    return web.Response(text=json.dumps(said), status=status, content_type=JSON)


def oauth_word(status: int, code: str) -> str:
    """Return the word of OAuth for a refusal of ours."""
    if code in OWN_WORDS:
        return code
    if status in LATER:
        return "temporarily_unavailable"
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return "server_error" if is_ours else "invalid_request"
