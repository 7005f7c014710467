"""One question to one witness, over HTTP, and what its answer means (C2SP tlog-witness).

What it is not: what is asked when, and what follows (`server.sequencing.publishing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeAlias

import aiohttp

from server.log_settings import Witness
from server.tlog.checkpoints import parse_size
from server.tlog.signed_notes import NoteRefused, open_note, taken_apart
from server.tlog.submissions import Submission, encode

ANSWER_BYTES_MAX: Final = 16_384
TIMEOUT_S: Final = 5.0
PATH: Final = "/add-checkpoint"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The witness agrees.

    Attributes:
        line: its signature line.
    """

    line: str


@dataclass(frozen=True, slots=True)
class Knows:
    """The witness has last seen a tree of another size than was said.

    Attributes:
        size: leaves of that tree.
    """

    size: int


@dataclass(frozen=True, slots=True)
class Forked:
    """The witness has seen a tree that this one does not continue."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """No answer, or none that means anything.

    Attributes:
        reason: a word for the log.
    """

    reason: str


Outcome: TypeAlias = Cosigned | Knows | Forked | Unheard


def open_session() -> aiohttp.ClientSession:
    """Make the client for all witnesses: bounded in time, without cookies or proxies."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


async def ask(
    session: aiohttp.ClientSession, witness: Witness, submission: Submission
) -> Outcome:
    """Ask a witness to cosign; never raises what a network can do."""
    try:
        async with session.post(
            f"{witness.url}{PATH}", data=encode(submission), allow_redirects=False
        ) as answer:
            content = await _bounded(answer)
            return _meaning(answer.status, content, witness, submission)
    except NoteRefused:
        return Unheard("not_understood")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return Unheard(type(error).__name__)


async def _bounded(answer: aiohttp.ClientResponse) -> str:
    content = b""
    async for part in answer.content.iter_any():
        content += part
        if len(content) > ANSWER_BYTES_MAX:
            raise NoteRefused("the answer is too long")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise NoteRefused("the answer is not UTF-8") from None


def _meaning(status: int, content: str, witness: Witness, submission: Submission) -> Outcome:
    if status == HTTPStatus.OK:
        return Cosigned(_line(content, witness, submission))
    if status == HTTPStatus.CONFLICT:
        size = parse_size(content.removesuffix("\n"))
        return Forked() if size == submission.old else Knows(size)
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return Forked()
    return Unheard(f"status_{status}")


def _line(content: str, witness: Witness, submission: Submission) -> str:
    """Return the witness's own line of an answer, verified.

    Raises:
        NoteRefused: there is none, or it does not hold.
    """
    text, _ = taken_apart(submission.checkpoint)
    [signature] = open_note(f"{text}\n{content}", [witness.key]).signatures
    return signature.line
