"""Small words for all nodes: notifications, sealed, without PHI.

A word that is lost is lost: whoever relies on one looks at the database too.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from server.cluster.listening import Listening
from server.cluster.sealing import Sealer
from server.logging import get_logger
from server.sealing import SealBroken
from server.storage.database import Database
from server.storage.notifying import BROADCAST, HOMES, notify

PURPOSE: Final = "broadcast"

log = get_logger("broadcasts")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a network is at home.

    Attributes:
        network_id: which network.
        node_id: in which node.
        epoch: of its lease.
    """

    network_id: str
    node_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Word:
    """What is broadcast: a kind, and short words by name."""

    kind: str
    words: Mapping[str, str]


_HOME: Final = TypeAdapter(Home)
_WORD: Final = TypeAdapter(Word)


class Broadcasts:
    """Tells all nodes, this one included.

    Args:
        database: where notifications are sent.
        listening: hears them.
        sealer: seals them: who may write to the database must not sign people out by a word.
        node_id: this node.
    """

    def __init__(
        self, database: Database, listening: Listening, sealer: Sealer, node_id: str
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._node_id = node_id
        self._homes: list[Callable[[Home], None]] = []
        self._words: list[Callable[[str, Mapping[str, str]], None]] = []
        self.refused = 0
        listening.on(HOMES, self._home)
        listening.on(BROADCAST, self._word)

    def on_home(self, callback: Callable[[Home], None]) -> None:
        """Have somebody told of new homes."""
        self._homes.append(callback)

    def on_broadcast(self, callback: Callable[[str, Mapping[str, str]], None]) -> None:
        """Have somebody told of everything else."""
        self._words.append(callback)

    async def announce(self, home: Home) -> None:
        """Tell that a network has a new home.

        Raises:
            StorageError: it could not be told.
        """
        await self._send(HOMES, _HOME.dump_json(home))

    async def tell(self, kind: str, words: Mapping[str, str]) -> None:
        """Tell something else.

        Raises:
            ValueError: it is larger than a notification may be.
            StorageError: it could not be told.
        """
        await self._send(BROADCAST, _WORD.dump_json(Word(kind, words)))

    async def _send(self, channel: str, body: bytes) -> None:
        sealed = self._sealer.seal(PURPOSE, body, channel)
        async with self._database.write() as tx:
            await notify(tx, channel, [base64.b64encode(sealed).decode()])

    def _opened(self, channel: str, payload: str) -> bytes | None:
        try:
            sealed = base64.b64decode(payload, validate=True)
            return self._sealer.open(PURPOSE, sealed, channel)
        except (SealBroken, binascii.Error, ValueError):
            self.refused += 1
            return None

    def _home(self, payload: str) -> None:
        body = self._opened(HOMES, payload)
        if body is None:
            return
        try:
            home = _HOME.validate_json(body)
        except ValidationError:
            self.refused += 1
            return
        for callback in tuple(self._homes):
            callback(home)

    def _word(self, payload: str) -> None:
        body = self._opened(BROADCAST, payload)
        if body is None:
            return
        try:
            word = _WORD.validate_json(body)
        except ValidationError:
            self.refused += 1
            return
        for callback in tuple(self._words):
            callback(word.kind, word.words)
