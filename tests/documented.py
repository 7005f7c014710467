"""Answers of the HTTP API held against its own OpenAPI document.

A test that asks the API for anything thereby tests that what came back is documented: the
status, the content type, the code of a refusal, and every field of the body.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from server.http import openapi, wiring
from server.settings import Settings

Json = dict[str, Any]


class Undocumented(AssertionError):
    """An answer that the document does not know."""


class Documented:
    """The document of a server, and what is held against it."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self._paths = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path.replace(".", r"\."))), found)
            for path, found in sorted(document["paths"].items(), key=lambda one: "{" in one[0])
        ]
        self._validators: dict[str, Draft202012Validator] = {}

    def check(self, method: str, path: str, status: int, content_type: str, raw: bytes) -> None:
        """Raise unless the document knows such an answer.

        Raises:
            Undocumented: it does not.
        """
        where = f"{method} {path} {status}"
        operation = self._operation(method, path.partition("?")[0])
        if operation is None:
            return  # no such route: nobody promised anything
        answer = operation["responses"].get(str(status))
        if answer is None:
            raise Undocumented(f"{where}: {raw[:200]!r}")
        content = answer.get("content", {})
        if not content:
            if raw:
                raise Undocumented(f"{where}: a body")
            return
        kind = content_type.partition(";")[0]
        if kind not in content and "*/*" not in content:
            raise Undocumented(f"{where}: {kind}")
        schema = content.get(kind, {}).get("schema")
        if schema is not None and method != "HEAD":
            self._validate(where, schema, raw)

    def _operation(self, method: str, path: str) -> Json | None:
        for pattern, found in self._paths:
            if pattern.fullmatch(path):
                known: Json | None = found.get("get" if method == "HEAD" else method.lower())
                return known
        return None

    def _validate(self, where: str, schema: Json, raw: bytes) -> None:
        key = json.dumps(schema)
        if key not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[key] = Draft202012Validator(whole)
        try:
            self._validators[key].validate(json.loads(raw))
        except ValidationError as error:
            path = "/".join(str(one) for one in error.instance_path)
            raise Undocumented(f"{where}: {path}: {error.message[:300]}") from None


@functools.cache
def documented() -> Documented:
    """Return the document of a server with settings of no consequence."""
    settings = Settings(data_dir=Path("nowhere"))
    return Documented(openapi.document(wiring.all_routes(), settings))
