"""Commands of `goodfaith` in the process of the tests: to start Python takes longer than most.

That a command works as a process, with its exit status, is proved in tests/integration/live.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from typer.testing import CliRunner, Result

from server.cli import app

PREFIX = "GOODFAITH_"


@contextmanager
def settings_of(environment: Mapping[str, str]) -> Iterator[None]:
    """Have the product's settings of an environment, and none of ours, until the block ends."""
    ours = _named(os.environ)
    for name in ours:
        del os.environ[name]
    os.environ.update(_named(environment))
    try:
        yield
    finally:
        for name in _named(os.environ):
            del os.environ[name]
        os.environ.update(ours)


def run_command(
    words: tuple[str, ...], environment: Mapping[str, str], input_text: str | None = None
) -> str:
    """Run a command to its end, which must be a good one, and return what it printed.

    It has a thread of its own: a command runs an event loop, and so may its caller.
    """

    def run() -> Result:
        return CliRunner().invoke(app, list(words), input=input_text)

    with settings_of(environment), ThreadPoolExecutor(max_workers=1) as thread:
        done = thread.submit(run).result()
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def _named(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(PREFIX)}
