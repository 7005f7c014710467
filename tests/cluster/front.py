"""nginx before the nodes, with the configuration of the docs but for TLS.

Names in it are not looked at, and http is served where it would send everybody on to https.

with running_front([8081, 8082]) as front:
    visit(front.url)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.cluster.process import Program, accepts, private_folder
from tests.nginx import NAME, nginx, ours, replaced
from tests.postgres import unprivileged
from tests.servers import free_port

SERVER: Final = re.compile(r"\n    server \{\n.*?\n    \}\n", re.DOTALL)
OF_TLS: Final = re.compile(r"^ *ssl_.*\n", re.MULTILINE)


class Front(Program):
    """The one address that people type.

    Attributes:
        port: of loopback.
    """

    def __init__(self, folder: Path, nodes: Sequence[int], port: int) -> None:
        """Prepare it for the ports of the nodes."""
        self.port = port
        self._file = folder / "nginx.conf"
        self.lead_to(nodes)
        words = [nginx(), "-p", str(folder), "-e", str(folder / "error.log")]
        words += ["-c", str(self._file), "-g", "daemon off;"]
        super().__init__(folder, words, lambda: accepts(port), unprivileged())

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def lead_to(self, nodes: Sequence[int]) -> None:
        """Write down the ports of the nodes; read at the next start."""
        self._file.write_text(self._configuration(nodes), encoding="utf-8")
        self._file.chmod(0o644)

    def _configuration(self, nodes: Sequence[int]) -> str:
        text = ours(self._file.parent, nodes)
        for server in SERVER.findall(text)[:2]:  # to https; of other names
            text = text.replace(server, "\n")
        return replaced(
            OF_TLS.sub("", text),
            {
                "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} backlog=4096;",
                f"        server_name {NAME};\n": "",
                # Whoever asks in a test, asks from this machine.
                "limit_conn goodfaith_addresses 1000;": "limit_conn goodfaith_addresses 65000;",
            },
        )


@contextmanager
def running_front(nodes: Sequence[int], port: int | None = None) -> Iterator[Front]:
    """Run nginx before some ports of loopback until the block ends."""
    with private_folder("nginx", unprivileged()) as folder:
        front = Front(folder, nodes, port or free_port())
        front.start()
        try:
            yield front
        finally:
            front.stop()
