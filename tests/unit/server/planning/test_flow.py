from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from server.planning.flow import SINK, SOURCE, Network

EDGES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 9)), max_size=14
)


def smallest_cut(edges: list[tuple[int, int, int]]) -> int:
    """Try every set of nodes with the source in it and the sink out."""
    return min(
        sum(
            capacity
            for tail, head, capacity in edges
            if (1, 0, *chosen)[tail] and not (1, 0, *chosen)[head]
        )
        for chosen in product((0, 1), repeat=4)
    )


@given(EDGES)
def test_the_largest_flow_is_the_smallest_cut(edges: list[tuple[int, int, int]]) -> None:
    network = Network(6)
    for tail, head, capacity in edges:
        network.edge(tail, head, capacity)
    flow = network.flow()
    assert flow == smallest_cut(edges)
    side = network.source_side()
    crossing = sum(c for tail, head, c in edges if tail in side and head not in side)
    assert crossing == flow
    assert SOURCE in side
    assert SINK not in side


def test_a_network_without_edges_lets_nothing_through() -> None:
    network = Network(2)
    assert network.flow() == 0.0
    assert network.source_side() == {SOURCE}
