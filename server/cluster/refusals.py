"""What a home in another node refused, as it is raised in this one."""

from __future__ import annotations

from server.errors import GoodfaithError
from signaling.messages import Problem


class RemoteRefusal(GoodfaithError):
    """A home elsewhere refused; code, sentence and status are its own.

    Args:
        refused: as the home would have shown it.
        status: of an HTTP answer.
    """

    def __init__(self, refused: Problem, status: int) -> None:
        super().__init__(fields=refused.fields)
        self.code, self.message = refused.code, refused.message  # type: ignore[misc]
        self.status, self.retry = status, refused.retry  # type: ignore[misc]
        self.opens_at_ms = refused.opens_at_ms
