"""The audit log: who was shown what, who was refused, and what left the house."""

from server.auditing.actors import actor_of
from server.auditing.denying import close, deny, settle
from server.auditing.event import Action, AuditEvent, Outcome
from server.auditing.of_settings import enter_settings
from server.auditing.refusals import AuditUnavailable
from server.auditing.writing import cli_event, note, note_all, of_cli, record

__all__ = [
    "Action",
    "AuditEvent",
    "AuditUnavailable",
    "Outcome",
    "actor_of",
    "cli_event",
    "close",
    "deny",
    "enter_settings",
    "note",
    "note_all",
    "of_cli",
    "record",
    "settle",
]
