"""What a spa's own software may be allowed to do, and there is nothing else that it may do.

A token names some of them (`server.spa_tokens`, `server.service_accounts`); the rule of a
route names the one that opens it (`server.access.rules`).
"""

from __future__ import annotations

from typing import Final

QUERY: Final = "authorizations:query"  # is this covered
USE: Final = "authorizations:use"  # this was given
CHARTS: Final = "charts:read"  # signed exams as FHIR, in the spa's view
SCOPES: Final = (QUERY, USE, CHARTS)
