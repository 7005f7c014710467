"""The part of the settings that several nodes are about.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

REDIS_SCHEMES: Final = ("redis", "rediss", "unix", "redis+sentinel")


class ClusterSettings(BaseSettings):
    """What an operator may set about nodes, and what carries their messages."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- several nodes ---

    redis_url: SecretStr | None = None
    """redis://, rediss:// or unix:// URL, or redis+sentinel://HOST:PORT,HOST:PORT/SERVICE/DB:
    this process is a node of a cluster, with the PostgreSQL of `database_url`. Redis carries
    messages between nodes and decides nothing. Unset: one process does it all."""

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
