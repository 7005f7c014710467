"""Debian's Firefox with a fake camera, driven over WebDriver BiDi without a driver between.

async with running_firefox(folder) as firefox:
    page = await firefox.open(url)
    title = await page.evaluate("() => document.title")

Only what tests of media need: pages and calls of functions in them. The protocol is JSON over
the websocket that Firefox itself opens: https://www.w3.org/TR/webdriver-bidi/
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

Json: TypeAlias = dict[str, Any]

START_S: Final = 60.0
STOP_S: Final = 10.0
LISTENING: Final = "WebDriver BiDi listening on "
NOWHERE: Final = "data:,"

# What telemetry, updates and the like are told beside these, Firefox sets by itself when it is
# driven (`remote.prefs.recommended`).
PREFERENCES: Final[Json] = {
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "captivedetect.canonicalURL": "",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "media.autoplay.default": 0,
    "media.gmp-manager.updateEnabled": False,
    "media.navigator.permission.disabled": True,
    "media.navigator.streams.fake": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": NOWHERE,
    "toolkit.telemetry.server": NOWHERE,
}


class FirefoxRefused(Exception):
    """Firefox did not do what it was told, or a function in a page threw."""


@dataclass(slots=True)
class Connection:
    """Commands to Firefox, any number at once, each with its own answer."""

    socket: ClientWebSocketResponse
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    waiting: dict[int, asyncio.Future[Json]] = field(default_factory=dict)

    async def command(self, method: str, **params: object) -> Json:
        """Return the result of a command.

        Raises:
            FirefoxRefused: it has none, or Firefox went away.
        """
        number = next(self.numbers)
        answered = asyncio.get_running_loop().create_future()
        self.waiting[number] = answered
        await self.socket.send_json({"id": number, "method": method, "params": params})
        message = await answered
        if message["type"] != "success":
            raise FirefoxRefused(f"{method}: {message.get('error')}: {message.get('message')}")
        result: Json = message["result"]
        return result

    async def read(self) -> None:
        """Hand out answers until the socket closes; events are passed over."""
        async for received in self.socket:
            if received.type is WSMsgType.TEXT:
                message = json.loads(received.data)
                waiting = self.waiting.pop(message.get("id"), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(message)
        for waiting in self.waiting.values():
            if not waiting.done():
                waiting.set_exception(FirefoxRefused("Firefox has gone"))


@dataclass(frozen=True, slots=True)
class FirefoxPage:
    """One tab."""

    connection: Connection
    context: str

    async def evaluate(self, function: str, argument: str | None = None) -> Any:  # noqa: ANN401 - of the page
        """Call a function in the page, wait for its promise, and return what it came to.

        Args:
            function: JavaScript; what it returns must be JSON.
            argument: a text that it is called with, if any.

        Raises:
            FirefoxRefused: it threw.
        """
        found = await self.connection.command(
            "script.callFunction",
            functionDeclaration=(
                f"async (...given) => JSON.stringify((await ({function})(...given)) ?? null)"
            ),
            arguments=[] if argument is None else [{"type": "string", "value": argument}],
            awaitPromise=True,
            target={"context": self.context},
            userActivation=True,
        )
        if found["type"] != "success":
            raise FirefoxRefused(str(found["exceptionDetails"]["text"]))
        return json.loads(found["result"]["value"])

    async def close(self) -> None:
        await self.connection.command("browsingContext.close", context=self.context)


@dataclass(frozen=True, slots=True)
class Firefox:
    """A Firefox that runs."""

    connection: Connection
    version: str

    async def open(self, url: str) -> FirefoxPage:
        """Open a page in a tab of its own and wait until it is loaded."""
        made = await self.connection.command("browsingContext.create", type="tab")
        context = str(made["context"])
        await self.connection.command(
            "browsingContext.navigate", context=context, url=url, wait="complete"
        )
        return FirefoxPage(self.connection, context)


@asynccontextmanager
async def running_firefox(folder: Path) -> AsyncIterator[Firefox]:
    """Start Firefox with an empty profile in a folder, and end it afterwards.

    Raises:
        TimeoutError: it did not listen in time.
    """
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines))
    process = await asyncio.create_subprocess_exec(
        os.environ.get("FIREFOX", "/usr/bin/firefox-esr"),
        *("--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port=0"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        # As root it starts only in a home that is root's.
        env={**os.environ, "HOME": str(folder), "MOZ_CRASHREPORTER_DISABLE": "1"},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(START_S):
            address = await _listening(process)
        async with ClientSession() as http, http.ws_connect(f"{address}/session") as socket:
            connection = Connection(socket)
            reading = [
                asyncio.create_task(each) for each in (connection.read(), _drained(process))
            ]
            made = await connection.command("session.new", capabilities={})
            yield Firefox(connection, str(made["capabilities"]["browserVersion"]))
            await connection.command("browser.close")
            async with asyncio.timeout(STOP_S):
                await asyncio.gather(process.wait(), *reading)
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _listening(process: asyncio.subprocess.Process) -> str:
    """Return the address of the websocket, from what Firefox says on starting."""
    assert process.stderr is not None
    said = []
    async for line in process.stderr:
        text = line.decode(errors="replace").strip()
        if text.startswith(LISTENING):
            return text.removeprefix(LISTENING)
        said.append(text)
    raise FirefoxRefused(" | ".join(said))


async def _drained(process: asyncio.subprocess.Process) -> None:
    """Read on, lest a full pipe stops Firefox."""
    assert process.stderr is not None
    async for _ in process.stderr:
        pass
