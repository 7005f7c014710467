"""nginx before the nodes: they take turns, and none is asked while it does not answer.

Without TLS; `tests.nginx` runs the configuration of the docs.

with running_front([8081, 8082]) as front:
    visit(front.url)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.cluster.process import Program, accepts, private_folder
from tests.nginx import nginx
from tests.postgres import unprivileged
from tests.servers import free_port

CONFIGURATION: Final = """\
worker_processes 1;
daemon off;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 9000; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    client_max_body_size 32m;
    map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
    upstream nodes {{
{servers}
        keepalive 32;
    }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Upgrade $http_upgrade;
        proxy_connect_timeout 1s;
        proxy_next_upstream error timeout http_503;
        proxy_next_upstream_tries {tries};
        proxy_next_upstream_timeout 12s;
        location / {{
            proxy_pass http://nodes;
            proxy_read_timeout 10s;
        }}
        location /socket.io/ {{
            proxy_pass http://nodes;
            proxy_buffering off;
            proxy_read_timeout 75s;
        }}
    }}
}}
"""
SERVER: Final = "        server 127.0.0.1:{} max_fails=1 fail_timeout=2s;"


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
        words = [nginx(), "-p", str(folder), "-e", "stderr", "-c", str(self._file)]
        super().__init__(folder, words, lambda: accepts(port), unprivileged())

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def lead_to(self, nodes: Sequence[int]) -> None:
        """Write down the ports of the nodes; read at the next start."""
        servers = "\n".join(map(SERVER.format, nodes))
        text = CONFIGURATION.format(port=self.port, servers=servers, tries=len(nodes))
        self._file.write_text(text)
        self._file.chmod(0o644)


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
