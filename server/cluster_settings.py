"""The part of the settings that several nodes are about.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MESSAGE_BYTES_MAX: Final = 196_608  # with whose it is, it fits into a request to a home
REDIS_SCHEMES: Final = ("redis", "rediss", "unix", "redis+sentinel")


class ClusterSettings(BaseSettings):
    """What an operator may set about nodes, and what carries their messages."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- several nodes ---

    redis_url: SecretStr | None = None
    """redis://, rediss:// or unix:// URL, or redis+sentinel://HOST:PORT,HOST:PORT/SERVICE/DB:
    this process is a node of a cluster, with the PostgreSQL of `database_url`. Redis carries
    messages between nodes and decides nothing. Unset: one process does it all."""

    redis_url_file: Path | None = None
    """File with `redis_url`."""

    node_name: str = Field("", max_length=100, pattern=r"^[A-Za-z0-9._-]*$")
    """What operations call this node. Unset: the name of its machine."""

    redis_timeout_s: float = Field(0.5, ge=0.05, le=5)
    """Seconds after which an answer of Redis is not waited for, and the database carries."""

    redis_again_s: float = Field(2.0, ge=0.1, le=60)
    """Seconds after which a Redis that failed is asked again."""

    @field_validator("redis_url")
    @classmethod
    def _redis_is_known(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        url = value.get_secret_value()
        scheme, _, rest = url.partition("://")
        if scheme not in REDIS_SCHEMES or not rest:
            raise ValueError(f"must begin with {'://, '.join(REDIS_SCHEMES)}://")
        if scheme == "redis+sentinel" and not urlsplit(url).path.strip("/"):
            raise ValueError("must name the service that the sentinels watch")
        return value

    @property
    def in_cluster(self) -> bool:
        """Whether this process is one of several nodes."""
        return self.redis_url is not None


class Node(Protocol):
    """What has to fit together in the settings of one of several nodes."""

    @property
    def database(self) -> str: ...  # noqa: D102 - as in `server.settings`, here and below
    @property
    def role(self) -> str: ...  # noqa: D102
    @property
    def calls(self) -> str: ...  # noqa: D102
    @property
    def relay_controls(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def message_bytes_max(self) -> int: ...  # noqa: D102


def check_node(node: Node) -> None:
    """Refuse what would not work with several nodes.

    Raises:
        ValueError: says what, and which setting mends it.
    """
    if not node.database.startswith("postgresql"):
        raise ValueError("redis_url needs PostgreSQL: set database_url")
    if node.role == "delivery":
        return
    if node.calls == "relay" and not node.relay_controls:
        # Whoever is home next could not reach a relay that another node keeps for itself.
        raise ValueError("nodes share their relays: set relay_controls, or calls = direct")
    if node.message_bytes_max > MESSAGE_BYTES_MAX:
        raise ValueError(f"message_bytes_max is at most {MESSAGE_BYTES_MAX} for one of several")
