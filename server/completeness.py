"""The policy is complete: every route, command and namespace has its rule, and no rule is idle.

A comparison of tables, and what stops a server whose tables differ. Who may do what stands in
`server.access`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from server import access
from server.access import RouteKey
from signaling.messages import PATIENT_COMMANDS, PRACTITIONER_COMMANDS, CommandBase, Sync


class PolicyIncomplete(Exception):  # it is a state of the table
    """A route or command has no rule, or a rule no route: the server must not start."""


def require_complete(routes: Iterable[RouteKey]) -> None:
    """Compare the table with the routes that are served, and with every command.

    Raises:
        PolicyIncomplete: naming what is missing on either side, or is ruled twice.
    """
    served, ruled, commands = set(routes), access.ROUTES.keys(), access.COMMANDS.keys()
    problems = [f"no rule for {key}" for key in sorted(served - ruled)]
    problems += [f"no route for {key}" for key in sorted(ruled - served)]
    written = Counter(key for part in access.PARTS for key in part)
    problems += [f"two rules for {key}" for key, times in sorted(written.items()) if times > 1]
    known = {command_type(model) for model in (*PATIENT_COMMANDS, *PRACTITIONER_COMMANDS, Sync)}
    problems += [f"no rule for command {name}" for name in sorted(known - commands)]
    problems += [f"no command for {name}" for name in sorted(commands - known)]
    uneven = access.NAMESPACES.keys() ^ access.EVENTS.keys()
    problems += [f"no events rule for {name}" for name in uneven]
    if problems:
        raise PolicyIncomplete("; ".join(problems))


def command_type(model: type[CommandBase]) -> str:
    """Return the `type` that a command has on the wire."""
    (name,) = model.model_fields["type"].annotation.__args__  # type: ignore[union-attr]
    return str(name)
