"""A program before a KMS: what it is asked, and every way in which it may disappoint."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from server.keystore.key import place_of
from server.keystore.programs import ProgramFailed, ProgramSource
from server.sealing import SealBroken
from server.storage.errors import RootKeyRefused

KEY = bytes(range(32))
PLACE = place_of("tenant", "network-1", "network-1")
HONEST = """
import base64, sys
operation, context = sys.argv[1], sys.argv[2:]
if operation == "id":
    print("kms/key-7")
    raise SystemExit
given = base64.b64decode(sys.stdin.read())
mask = context[0].encode()[:1] or b"x"
if operation == "wrap":
    given = mask + bytes(byte ^ 0x55 for byte in given)
else:
    if given[:1] != mask:
        raise SystemExit(3)
    given = bytes(byte ^ 0x55 for byte in given[1:])
print(base64.b64encode(given).decode())
"""


def program(folder: Path, text: str) -> Path:
    file = folder / "kms"
    file.write_text(f"#!{sys.executable}\n{text}", encoding="utf-8")
    file.chmod(0o700)
    return file


async def opened(folder: Path, text: str = HONEST) -> ProgramSource:
    return await ProgramSource.open(program(folder, text), 10)


async def test_a_program_wraps_and_unwraps_and_names_its_root_key(tmp_path: Path) -> None:
    source = await opened(tmp_path)
    assert source.root_id == "kms/key-7"
    wrapped = await source.wrap(KEY, place=PLACE, nonce=b"", version=3)
    assert wrapped.startswith(b"GF\x02\x00\x03")
    assert KEY not in wrapped
    assert await source.unwrap(wrapped, place=PLACE) == KEY


async def test_a_program_sees_the_variables_of_the_server_and_none_of_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOODFAITH_TURN_SECRET", "not-for-it")
    monkeypatch.setenv("KMS_REGION", "here")
    telling = """
import os
ours = any(name.startswith("GOODFAITH_") for name in os.environ)
print(f"{os.environ['KMS_REGION']}:{ours}")
"""
    assert (await opened(tmp_path, telling)).root_id == "here:False"


async def test_a_wrapped_key_that_was_moved_does_not_open(tmp_path: Path) -> None:
    source = await opened(tmp_path)
    wrapped = await source.wrap(KEY, place=PLACE, nonce=b"", version=1)
    with pytest.raises(SealBroken):
        await source.unwrap(wrapped, place=place_of("tenant", "network-2", "network-2"))
    with pytest.raises(SealBroken):
        await source.unwrap(b"GF\x01" + wrapped[3:], place=PLACE)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import sys; sys.exit(1)", "status 1"),
        ("print('two words')", "letters and digits"),
        ("print('x' * 100_000)", "more than"),
        ("", "letters and digits"),
    ],
)
async def test_a_program_without_a_name_is_refused(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(RootKeyRefused, match=says):
        await opened(tmp_path, text)


async def test_a_program_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RootKeyRefused, match="cannot be run"):
        await ProgramSource.open(tmp_path / "nothing", 1)


async def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    text = "import sys, time\nif sys.argv[1] != 'id': time.sleep(60)\nprint('a')"
    source = await opened(tmp_path, text)
    impatient = ProgramSource(program(tmp_path, text), source.root_id, 0.5)
    with pytest.raises(ProgramFailed, match=r"more than 0\.5 s"):
        await impatient.wrap(KEY, place=PLACE, nonce=b"", version=1)


async def test_what_is_not_base64_is_refused_and_not_quoted(tmp_path: Path) -> None:
    source = await opened(tmp_path, "print('se-cret')")
    with pytest.raises(ProgramFailed) as refused:
        await source.wrap(KEY, place=PLACE, nonce=b"", version=1)
    assert "se-cret" not in str(refused.value)
