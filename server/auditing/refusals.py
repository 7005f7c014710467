"""Why something is not shown although it may be.

Unavailable 503
`-- AuditUnavailable     audit_unavailable
Conflict 409
|-- AuditExportTooLarge  audit_export_too_large
`-- AuditExportRunning   audit_export_running
"""

from __future__ import annotations

from server.errors import Conflict, Unavailable


class AuditUnavailable(Unavailable):
    """The entry of a read could not be committed, so the read is not answered."""

    code = "audit_unavailable"
    message = "This cannot be shown just now. Please try again in a moment."


class AuditExportTooLarge(Conflict):
    """A search found more than one file may have: nothing is left out in silence."""

    code = "audit_export_too_large"
    message = "There are more entries than fit into one file. Please ask for a shorter time."


class AuditExportRunning(Conflict):
    """A file of entries takes seconds of what everybody needs: one at a time for a network."""

    code = "audit_export_running"
    message = "A file of entries is being made already. Please wait for it to finish."
    retry = True
