"""What a writer of entries or of files chose to upset who verifies them is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.server.records.record_of_ana import (
    CHART,
    CHECKED,
    SIGNED_SEQ,
    Raw,
    chain,
    in_tree,
    signatures,
    whole,
)
from tests.unit.server.records.test_verifying import changed, problem


@pytest.mark.parametrize("unprintable", ["\x1b[2K\r", "\n", "\u202e", "\u2028", "\x7f"])
def test_what_a_terminal_would_obey_is_refused_and_not_said_again(unprintable: str) -> None:
    record = whole()
    tree = record.tree
    assert tree is not None
    kind = replace(record.entries[0].leaf, kind=f"exam.{unprintable}requested")
    for forged, where in (
        (replace(record, visit=f"signed{unprintable}"), "record.encounter.visit"),
        (changed(record, 1, lambda own: replace(own, leaf=kind)), "record.entries[0].kind"),
        (replace(record, tree=replace(tree, log_key=unprintable)), "record.tree.log_key"),
    ):
        found, _ = problem(forged)
        assert found == (f"This is no record: {where} has characters that cannot be printed.")


@pytest.mark.parametrize(
    "listed", ["[1e400]", r'["\ud800"]', "[" * 3_000 + "]" * 3_000, r'[{"\ud800":1}]', "[NaN]"]
)
def test_what_nobody_can_hash_is_named_rather_than_the_end_of_the_program(listed: str) -> None:
    text = '{"kind":"authority.checked","moment":"sign","authorities":' + listed + "}"
    raw = Raw("authority.checked", text.encode())
    entries, tree = in_tree(chain([(who, raw if it is CHECKED else it) for who, it in CHART]))
    record = replace(
        whole(), entries=tuple(entries), tree=tree, signatures=tuple(signatures(entries))
    )
    found, seq = problem(record)
    named = {
        SIGNED_SEQ: f"the signature of entry {SIGNED_SEQ}: what it is bound to cannot be read.",
        SIGNED_SEQ - 2: "(authority.checked): its text is of another kind.",
    }
    assert seq is not None
    assert found.endswith(named[seq])


def test_an_attestation_of_half_a_character_is_named() -> None:
    raw = Raw("attestation", rb'{"kind":"attestation","text":"\ud800"}')
    written = [(who, raw if it.kind == "attestation" else it) for who, it in CHART]
    entries, tree = in_tree(chain(written))
    record = replace(
        whole(), entries=tuple(entries), tree=tree, signatures=tuple(signatures(entries))
    )
    assert "what it is bound to cannot be read" in problem(record)[0]
