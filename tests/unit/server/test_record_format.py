"""The published way to check a chart, run as it is printed, against a chart of ours."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from server.chart.entries import KINDS, encode
from server.chart.leaf import GENESIS, Leaf, ciphertext_hash, commitment, leaf_hash, payload
from server.sealing import Place, seal
from tests.unit.server.chart_of_ana import NOW, ONE_OF_EACH

PAGE = Path(__file__).parents[3] / "docs" / "record-format.md"
KEY = bytes(range(32))
Row = dict[str, object]


def published_check() -> str:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def chart_as_stored() -> tuple[list[Row], Row]:
    rows: list[Row] = []
    head = GENESIS
    for seq, entry in enumerate(ONE_OF_EACH, start=1):
        salt = bytes([seq]) * 32
        text = encode(entry)
        place = Place("chart_entries", "sealed_entry", f"encounter-1:{seq}", "network-1")
        opened = payload(salt, text)
        sealed = seal(KEY, opened, place=place, nonce=seq.to_bytes(12, "big"))
        leaf = Leaf(
            encounter="encounter-1",
            seq=seq,
            kind=entry.kind,
            at=NOW + seq,
            actor="practitioner:practitioner-é",
            previous_hash=head,
            ciphertext_hash=ciphertext_hash(sealed),
            commitment=commitment(salt, text),
        )
        head = leaf_hash(leaf)
        rows.append(
            {
                "actor": leaf.actor,
                "at": leaf.at,
                "encounter": leaf.encounter,
                "kind": leaf.kind,
                "seq": leaf.seq,
                "ciphertext_hash": leaf.ciphertext_hash,
                "commitment": leaf.commitment,
                "sealed": sealed,
                "payload": opened,
            }
        )
    return rows, {"seq": len(rows), "chart_head": head}


def check(rows: list[Row], signed: Row) -> None:
    exec(published_check(), {"rows": rows, "signed": signed})  # noqa: S102 - the page is ours


def test_a_stranger_finds_an_untouched_chart_whole() -> None:
    check(*chart_as_stored())


@pytest.mark.parametrize(
    "tamper",
    [
        lambda rows: rows[3].update(at=5),
        lambda rows: rows[3].update(actor="system"),
        lambda rows: rows[3].update(kind="addendum"),
        lambda rows: rows[3].update(sealed=bytes(60)),
        lambda rows: rows[3].update(payload=bytes(60)),
        lambda rows: rows[3].update(commitment="ab" * 32),
        lambda rows: rows.pop(3),
        lambda rows: rows.insert(3, rows[3]),
        lambda rows: rows.reverse(),
    ],
)
def test_a_stranger_finds_what_was_changed(tamper: Callable[[list[Row]], object]) -> None:
    rows, signed = chart_as_stored()
    tamper(rows)
    with pytest.raises(AssertionError):
        check(rows, signed)


def test_the_page_names_every_kind_of_entry() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in page] == []
