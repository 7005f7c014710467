"""Settings that are secrets, and the files in which each may stand instead.

    NAME        the secret itself, in a variable or the settings file
    NAME_file   a file that holds it, and that nobody else may read

One of the two, wherever each is set. A variable is seen by whoever may look into this process,
and goes on to programs that it starts; a file is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, get_args

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from server.secret_files import SecretFileRefused, read_secret

ROOT_KEY: Final = "root_key"  # its file is read when the key is wanted
URL: Final = "_url"


def secret_names(model: type[BaseSettings]) -> tuple[str, ...]:
    """Return the settings that are secrets."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if field.annotation is SecretStr or SecretStr in get_args(field.annotation)
    )


def file_name(secret: str) -> str:
    """Return the setting that names the file of a secret."""
    return f"{secret}_file"


def is_told(secret: str, value: str) -> bool:
    """Tell whether whoever reads this value of a secret's setting learns anything.

    The URL of a database on this machine may have no password in it.
    """
    return not secret.endswith(URL) or "@" in value or "password" in value


def with_files_read(data: Mapping[str, object], secrets: Iterable[str]) -> dict[str, object]:
    """Return settings in which what stands in files is read.

    Args:
        data: settings as they were given, by name.
        secrets: those that may stand in files.

    Raises:
        ValueError: one is set twice, or a file cannot be used; names it, and no value.
    """
    found = dict(data)
    for secret in secrets:
        path = found.get(file_name(secret))
        if secret == ROOT_KEY or not isinstance(path, str | Path):
            continue
        if found.get(secret) is not None:
            raise ValueError(f"{secret} and {file_name(secret)} exclude each other")
        try:
            found[secret] = read_secret(Path(path)).decode()
        except SecretFileRefused as refused:
            raise ValueError(f"{file_name(secret)}: {refused}") from None
        except UnicodeDecodeError:
            raise ValueError(f"{file_name(secret)}: {path} is no text") from None
    return found
