"""A secret's file is used only where nobody else can read or change it."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from server.secret_files import (
    Reader,
    SecretFileRefused,
    check_secret,
    is_private,
    read_secret,
)

US = Reader(uid=1_000, groups=frozenset({1_000, 44}))
ROOT, STRANGER = 0, 1_001
SECRET = "hunter2-and-more"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "secret"
    made.touch(mode=0o600)
    made.write_text(f"{SECRET}\n")
    return made


def own(file: Path) -> Reader:
    """Return who this test is, with no group of its own but that of the file."""
    return Reader(os.geteuid(), frozenset({file.stat().st_gid}))


@pytest.mark.parametrize("owner", [US.uid, ROOT, STRANGER])
@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700, 0o100_600])
def test_what_only_its_owner_has_is_private_whoever_that_is(owner: int, mode: int) -> None:
    assert is_private(mode, owner, STRANGER, US)


@pytest.mark.parametrize(
    "mode", [0o600 | bit for bit in (0o001, 0o002, 0o004, 0o006, 0o010, 0o020, 0o060, 0o044)]
)
@pytest.mark.parametrize("owner", [US.uid, ROOT])
def test_no_bit_of_others_and_none_but_reading_of_a_group_is_private(
    mode: int, owner: int
) -> None:
    assert not is_private(mode, owner, 44, US)


@pytest.mark.parametrize(
    ("owner", "group", "private"),
    [
        (owner, group, STRANGER not in {owner, group})
        for owner, group in itertools.product((US.uid, ROOT, STRANGER), (44, ROOT, STRANGER))
    ],
)
def test_a_group_reads_what_is_ours_or_roots_if_it_is_ours_or_roots(
    owner: int, group: int, *, private: bool
) -> None:
    assert is_private(0o640, owner, group, US) is private


def test_a_secret_is_read_without_the_white_space_around_it(file: Path) -> None:
    assert read_secret(file) == SECRET.encode()
    file.chmod(0o640)
    assert read_secret(file, own(file)) == SECRET.encode()
    check_secret(file, own(file))


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o602])
def test_an_open_file_is_refused_with_what_mends_it_and_without_what_it_holds(
    file: Path, mode: int
) -> None:
    file.chmod(mode)
    for use in (read_secret, check_secret):
        with pytest.raises(SecretFileRefused, match=f"chmod 600 {file}") as refused:
            use(file, own(file))
        assert SECRET not in str(refused.value)


def test_a_process_that_does_not_own_the_file_is_told_of_root_and_its_group(file: Path) -> None:
    file.chmod(0o644)
    with pytest.raises(SecretFileRefused, match=f"chmod 640 {file}, its owner root"):
        read_secret(file, Reader(file.stat().st_uid + 1_000, frozenset({44})))


def test_the_group_of_somebody_else_may_not_read(file: Path) -> None:
    file.chmod(0o640)
    os.chown(file, os.geteuid(), os.getegid())
    reader = Reader(os.geteuid(), frozenset({os.getegid()}))
    assert read_secret(file, reader) == SECRET.encode()
    if os.geteuid() == ROOT:  # only root may give a file away
        os.chown(file, STRANGER, 44)
        with pytest.raises(SecretFileRefused, match="nobody else"):
            read_secret(file, reader)


def test_mounted_secrets_are_links_and_what_they_lead_to_is_judged(
    file: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    assert read_secret(link) == SECRET.encode()
    file.chmod(0o644)
    with pytest.raises(SecretFileRefused):
        read_secret(link, own(file))


def test_what_this_program_made_is_no_link_and_nobody_elses(file: Path, tmp_path: Path) -> None:
    assert read_secret(file, made_here=True) == SECRET.encode()
    link = tmp_path / "link"
    link.symlink_to(file)
    with pytest.raises(SecretFileRefused):
        read_secret(link, made_here=True)
    file.chmod(0o640)
    with pytest.raises(SecretFileRefused, match="chmod 600"):
        read_secret(file, own(file), made_here=True)


def test_a_pipe_a_folder_and_nothing_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(SecretFileRefused, match="must be a file"):
        read_secret(tmp_path / "pipe")
    with pytest.raises(SecretFileRefused, match="must be a file"):
        read_secret(tmp_path)
    with pytest.raises(SecretFileRefused, match="No such file"):
        read_secret(tmp_path / "nothing")


def test_a_secret_has_something_in_it_and_not_too_much(file: Path) -> None:
    assert read_secret(file, bytes_max=len(SECRET) + 1) == SECRET.encode()
    with pytest.raises(SecretFileRefused, match="more than 16 bytes"):
        read_secret(file, bytes_max=len(SECRET))
    file.write_text(" \n")
    with pytest.raises(SecretFileRefused, match="empty"):
        read_secret(file)
