"""Rows come back with the same values, and content that lacks some is refused."""

from __future__ import annotations

import pytest

from server.backups.refusals import ContentBroken
from server.backups.rows import Counts, End, Head, Row, decoded, encoded, encoded_head, head_of
from server.storage.tables import METADATA

HEAD = Head(
    table="things",
    columns=(("id", "text"), ("n", "int"), ("yes", "bool"), ("x", "float"), ("raw", "bytes")),
)
ROW: Row = ['a\n\u2028"é\x7f', 2**62, True, 0.1, bytes(range(256))]
NOTHING: Row = [None] * 5
WHOLE = (
    encoded_head(HEAD)
    + encoded(HEAD, ROW)
    + encoded(HEAD, NOTHING)
    + encoded_head(End(end={"things": 2}))
)


def read(content: bytes, size: int = 7) -> list[Row]:
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    return [row for _, row in decoded(pieces, counts=Counts())]


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
def test_rows_come_back_however_the_content_is_cut(size: int) -> None:
    assert read(WHOLE, size) == [ROW, NOTHING]


def test_rows_are_counted_by_table() -> None:
    counts = Counts()
    list(decoded([WHOLE], counts=counts))
    assert counts.by_table == {"things": 2}
    assert counts.rows == 2


def test_every_column_of_the_schema_can_be_written() -> None:
    for table in METADATA.sorted_tables:
        assert len(head_of(table).columns) == len(table.c)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        encoded_head(HEAD),
        encoded(HEAD, ROW),
        encoded_head(HEAD) + encoded(HEAD, ROW) + encoded_head(End(end={"things": 2})),
        encoded_head(HEAD) + encoded_head(HEAD) + encoded_head(End(end={"things": 0})),
        WHOLE + encoded(HEAD, ROW),
        WHOLE[:-1],
        encoded_head(HEAD) + b'["a"]\n',
        encoded_head(HEAD) + b'["a", "1", true, 0.1, null]\n',
        encoded_head(HEAD) + b'["a", true, true, 0.1, null]\n',
        encoded_head(HEAD) + b'["a", 1, true, 0.1, "not base64!"]\n',
        encoded_head(HEAD) + b"[[]\n",
        b"nonsense\n",
    ],
    ids=[
        "nothing",
        "no end",
        "no table",
        "a row less than the end says",
        "a table twice",
        "a row after the end",
        "an unfinished line",
        "a short row",
        "text for a number",
        "a boolean for a number",
        "no base64",
        "no JSON",
        "no line of ours",
    ],
)
def test_content_that_is_not_whole_is_refused(content: bytes) -> None:
    with pytest.raises(ContentBroken):
        read(content)
