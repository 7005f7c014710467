"""A plan is made in a process of its own: seconds of computing beside calls that are live.

    web --question as JSON--> python -m server.plans.process --view as JSON--> web

The process leads a group with those that play its days, so that all end together: when the
answer is there, takes too long, or nobody waits for it any more. It reads no settings and
opens no database: it knows what it is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from typing import Final

from pydantic import TypeAdapter

from server.planning.plan import Question
from server.planning.refusals import PlanRefused
from server.planning.running import answer, be_nice
from server.plans.view import plan_view

QUESTIONS: Final = TypeAdapter(Question)
PROCESSES_MAX: Final = 2
REFUSED: Final = 3
SENTENCE_CHARS_MAX: Final = 300


class PlanFailed(Exception):
    """The process ended without an answer; its traceback went to its standard error."""


async def plan_beside(question: Question, *, limit_s: float) -> str:
    """Return the plan's view as JSON.

    Raises:
        PlanRefused: the question cannot be answered.
        PlanFailed: the process broke.
        TimeoutError: it took longer than `limit_s`.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server.plans.process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(limit_s):
            printed, _ = await process.communicate(QUESTIONS.dump_json(question))
    finally:
        # Also those that play days, which outlive their parent otherwise.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    if process.returncode == REFUSED:
        raise PlanRefused(printed.decode()[:SENTENCE_CHARS_MAX])
    if process.returncode != 0:
        raise PlanFailed
    return printed.decode()


def main() -> int:
    """Answer the question on standard input."""
    be_nice()
    question = QUESTIONS.validate_json(sys.stdin.buffer.read())
    try:
        plan = answer(question, min(PROCESSES_MAX, os.cpu_count() or 1))
    except PlanRefused as refused:
        sys.stdout.write(str(refused))
        return REFUSED
    sys.stdout.write(plan_view(question, plan).model_dump_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
