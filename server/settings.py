"""What an operator may set, with its bounds.

From, in this order: environment variables `GOODFAITH_NAME`, then a TOML file (named by
`GOODFAITH_CONFIG`, else `goodfaith.toml` in the working folder, if it is there). Lists may be
written with commas in a variable. `GOODFAITH_SWITCHBOARD__RING_S=20` reaches into a table. A
secret may stand in a file that nobody else reads: `GOODFAITH_NAME_FILE`.

Settings fail closed: an unknown name, in the file or with the `GOODFAITH_` prefix, is refused,
and so is a public address without TLS. Errors name the setting, never its value.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from server.call_settings import CallSettings, Texts, split_commas
from server.cluster_settings import ClusterSettings, check_node
from server.database_settings import DatabaseSettings
from server.delivery_settings import DeliverySettings
from server.key_settings import KeySettings, decode_root_key
from server.limit_settings import LimitSettings
from server.log_settings import LogSettings
from server.matching import Matching
from server.messaging_settings import MessagingSettings
from server.node_settings import NodeSettings
from server.operations_settings import OperationsSettings
from server.origins import checked_origin, is_loopback
from server.practitioner_settings import PractitionerSettings
from server.secret_files import SecretFileRefused, check_secret, read_secret
from server.secret_settings import is_told, secret_names, with_files_read
from server.session_settings import SessionSettings
from signaling.limits import Limits

PREFIX: Final = "GOODFAITH_"
CONFIG_VARIABLE: Final = "GOODFAITH_CONFIG"
CONFIG_FILE: Final = Path("goodfaith.toml")


class SettingsError(Exception):
    """The server cannot start as it is set up; the operator must change something."""

    code = "settings"


def known_limits(value: object) -> object:
    """Refuse a name that `Limits` does not have; a misspelt limit would not limit."""
    names = {field.name for field in fields(Limits)}
    if isinstance(value, Mapping) and not names.issuperset(value):
        raise ValueError(f"unknown name; known: {', '.join(sorted(names))}")
    return value


Networks = Annotated[
    tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(split_commas)
]
SwitchboardLimits = Annotated[Limits, BeforeValidator(known_limits)]
LogLevel = Literal["debug", "info", "warning", "error"]


class Settings(
    OperationsSettings,
    PractitionerSettings,
    DatabaseSettings,
    ClusterSettings,
    CallSettings,
    SessionSettings,
    LimitSettings,
    LogSettings,
    KeySettings,
    DeliverySettings,
    MessagingSettings,
    NodeSettings,
):
    """Everything that can be set, with defaults that serve one machine safely."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    # --- where it listens and how it is reached ---

    host: str = "127.0.0.1"
    """Address to listen on. `0.0.0.0` for all, behind a reverse proxy or with TLS."""

    port: int = Field(8080, ge=1, le=65_535)
    """TCP port of pages, API and sockets."""

    public_url: str | None = None
    """What people type, as https://HOST[:PORT]. Unset: localhost at `port`."""

    allowed_origins: Texts = ()
    """Further origins whose pages may talk to this server; its own always may."""

    tls_certificate: Path | None = None
    """PEM chain for TLS without a reverse proxy; needs `tls_key`."""

    tls_key: Path | None = None
    """PEM key of `tls_certificate`."""

    trusted_proxies: Networks = ()
    """Networks (CIDR) of reverse proxies whose X-Forwarded-For is believed; no others are."""

    # --- where it keeps things ---

    data_dir: Path = Path("data")
    """Folder of the embedded database and of the root key made at first run."""

    database_url: SecretStr | None = None
    """postgresql://USER:PASSWORD@HOST/NAME. Unset: SQLite in `data_dir`."""

    database_url_file: Path | None = None
    """File with `database_url`."""

    root_key: SecretStr | None = None
    """The key that wraps all others: 32 bytes in base64. Better given as `root_key_file`."""

    root_key_file: Path | None = None
    """File with the root key. Unset, like `root_key`: one is made in `data_dir`, mode 0600."""

    demo: bool | None = None
    """Fill an empty database with made-up people. Unset: only while reached at localhost."""

    # --- media between browsers ---

    ice_servers: Texts = ()
    """STUN servers (stun:HOST:PORT) handed to browsers."""

    turn_urls: Texts = ()
    """TURN servers (turn:HOST:PORT?transport=udp, turns:...); need `turn_secret`."""

    turn_secret: SecretStr | None = None
    """Shared secret of coturn's `use-auth-secret`, from which credentials are made."""

    turn_secret_file: Path | None = None
    """File with `turn_secret`."""

    turn_ttl_s: int = Field(600, ge=60, le=86_400)
    """Seconds that a TURN credential may be used to begin with."""

    connect_limit_s: float = Field(10.0, ge=1, le=60)
    """Seconds from accept within which media must flow both ways."""

    # --- who waits, who rings, for how long ---

    switchboard: SwitchboardLimits = Limits()
    """Ring time, grace periods, sizes of the waiting room: see `signaling.limits`."""

    matching: Matching = Matching()
    """Who is offered to whom first: see `server.matching`."""

    away_after_s: float = Field(1.5, ge=0, le=5)
    """Seconds without a connection until a page counts as away; a reload takes less."""

    admission: Literal["roster", "open"] | None = None
    """Whether a patient may begin to wait only while somebody licensed is on duty or rostered
    (`roster`), or always (`open`). Unset: by the roster in networks that keep one."""

    # --- sizes and rates ---

    blocking_workers_max: int = Field(2, ge=1, le=64)
    """Threads for what must not run on the event loop: password hashes, PDF."""

    request_bytes_max: int = Field(262_144, ge=16_384, le=16_777_216)
    """Bytes of an HTTP request's body."""

    message_bytes_max: int = Field(65_536, ge=16_384, le=1_048_576)
    """Bytes of one socket message, either way."""

    send_queue_max: int = Field(256, ge=16, le=65_536)
    """Messages waiting for a slow reader before it is disconnected."""

    events_per_second_max: int = Field(40, ge=1, le=1_000)
    """Commands per second that the connections of one session may keep up together."""

    events_burst_max: int = Field(80, ge=1, le=10_000)
    """Commands that the connections of one session may send at once after a pause."""

    entries_per_encounter_max: int = Field(5_000, ge=100, le=1_000_000)
    """Entries of one chart."""

    # --- what it says ---

    log_level: LogLevel = "info"
    """The least severe level that is logged."""

    log_json: bool = False
    """One JSON object per line, for machines to read."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - keyword of the library
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then variables, then the TOML file; nothing else."""
        file = Path(os.environ.get(CONFIG_VARIABLE) or CONFIG_FILE)
        written = TomlConfigSettingsSource(settings_cls, file)
        secrets = {name: written.toml_data.get(name) for name in secret_names(settings_cls)}
        if any(is_told(name, str(one)) for name, one in secrets.items() if one is not None):
            used_alone(CONFIG_VARIABLE, file)
        return init_settings, env_settings, written

    @model_validator(mode="before")
    @classmethod
    def _secrets_are_read(cls, data: object) -> object:
        return with_files_read(data, secret_names(cls)) if isinstance(data, dict) else data

    @field_validator("public_url")
    @classmethod
    def _public_url_is_safe(cls, value: str | None) -> str | None:
        return None if value is None else checked_origin(value)

    @field_validator("allowed_origins")
    @classmethod
    def _origins_are_safe(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(checked_origin, value))

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, value: SecretStr | None) -> SecretStr | None:
        schemes = ("postgresql", "postgresql+psycopg", "postgres", "sqlite")
        if value is not None and value.get_secret_value().partition("://")[0] not in schemes:
            raise ValueError("must begin with postgresql:// or sqlite://")
        return value

    @field_validator("root_key")
    @classmethod
    def _root_key_is_whole(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            decode_root_key(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key are set both or neither")
        if self.root_key is not None and self.root_key_file is not None:
            raise ValueError("root_key and root_key_file exclude each other")
        if self.turn_urls and self.turn_secret is None:
            raise ValueError("turn_urls needs turn_secret")
        if self.in_cluster:
            check_node(self)
        return self

    @property
    def origin(self) -> str:
        """Where people reach this server, as a browser writes it: `scheme://host[:port]`."""
        scheme = "http" if self.tls_certificate is None else "https"
        return self.public_url or f"{scheme}://localhost:{self.port}"

    @property
    def origins(self) -> frozenset[str]:
        """Every origin whose pages may talk to this server."""
        own = {self.origin}
        if self.public_url is None:
            own |= {self.origin.replace("localhost", host) for host in ("127.0.0.1", "[::1]")}
        return frozenset(own | set(self.allowed_origins))

    @property
    def is_local(self) -> bool:
        """Whether people can only reach this server on the machine that it runs on."""
        return is_loopback(urlsplit(self.origin).hostname)

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are `Secure` and named `__Host-`: always but for http://localhost."""
        return self.origin.startswith("https://")

    @property
    def wants_demo(self) -> bool:
        """Whether an empty database is filled with made-up people."""
        return self.is_local if self.demo is None else self.demo

    @property
    def database(self) -> str:
        """The database's URL with its driver. Carries the password."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir / 'goodfaith.db'}"
        scheme, _, rest = self.database_url.get_secret_value().partition("://")
        driver = "sqlite" if scheme.startswith("sqlite") else "postgresql+psycopg"
        return f"{driver}://{rest}"

    def root_key_bytes(self) -> bytes | None:
        """Return the root key as set here or in its file; None when one is to be made.

        Raises:
            SettingsError: the file cannot be read, others can, or it holds no key.
        """
        if self.root_key is not None:
            return decode_root_key(self.root_key.get_secret_value())
        if self.root_key_file is None:
            return None
        try:
            return decode_root_key(secret_in("root_key_file", self.root_key_file).decode())
        except ValueError:
            raise SettingsError("root_key_file: no readable 32 bytes in base64") from None


def secret_in(name: str, file: Path) -> bytes:
    """Return the secret in the file that a setting names.

    Raises:
        SettingsError: it cannot be read, or others can read or change it.
    """
    try:
        return read_secret(file)
    except SecretFileRefused as refused:
        raise SettingsError(f"{name}: {refused}") from None


def used_alone(name: str, file: Path) -> None:
    """Refuse the file of a setting if others can read or change it.

    Raises:
        SettingsError: they can, or it cannot be read.
    """
    try:
        check_secret(file)
    except SecretFileRefused as refused:
        raise SettingsError(f"{name}: {refused}") from None


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Return the variables that look like settings and are none."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {CONFIG_VARIABLE}
    names = {name.upper() for name in environ}
    return sorted(
        name
        for name in names
        if name.startswith(PREFIX) and name.partition("__")[0] not in known
    )


def without_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that another program is given: it has no business with ours."""
    return {name: one for name, one in environ.items() if not name.startswith(PREFIX)}


def load() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingsError: something is unknown, out of bounds or unsafe; names every such setting
            and no value.
    """
    unknown = unknown_variables(os.environ)
    if unknown:
        raise SettingsError(f"unknown: {', '.join(unknown)}")
    file = os.environ.get(CONFIG_VARIABLE)
    if file and not Path(file).is_file():
        raise SettingsError(f"{CONFIG_VARIABLE} names a file that is not there")
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, problem['loc'])) or 'settings'}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("\n".join(lines)) from None
    except ValueError as error:
        raise SettingsError(f"the settings file is not TOML: {type(error).__name__}") from None
