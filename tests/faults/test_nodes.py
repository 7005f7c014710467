"""Which node of a cluster is which, by what each says of itself."""

from __future__ import annotations

from typing import Final

from tests.cluster.nodes import joined_as

OWN: Final = """\
2026-11-29T23:50:11.052Z [info     ] node_joined    component=cluster node=1a2b3c
2026-11-29T23:50:15.318Z [warning  ] node_gone      component=cluster node=4d5e6f
2026-11-29T23:50:15.320Z [warning  ] visitors_gone  component=cluster node=4d5e6f
"""


def test_a_node_that_says_who_has_gone_is_not_taken_for_them() -> None:
    assert joined_as("1a2b3c", OWN)
    assert not joined_as("4d5e6f", OWN)
