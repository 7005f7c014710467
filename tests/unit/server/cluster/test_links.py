from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from server.cluster.links import (
    BATCH_BYTES_MAX,
    GAP_S,
    HELD_MAX,
    MESSAGE_BYTES_MAX,
    Incoming,
    Message,
    Outgoing,
)

NETWORK = "network-1"


def message(seq: int, *, epoch: int = 1, network: str = NETWORK) -> Message:
    wire: dict[str, object] = {"n": seq}
    return Message(network=network, epoch=epoch, seq=seq, items=[("socket-1", wire)])


def beat(seq: int, *, epoch: int = 1) -> Message:
    return Message(network=NETWORK, epoch=epoch, seq=seq, items=[])


def numbers(messages: list[Message]) -> list[int]:
    return [one.seq for one in messages]


def taken(incoming: Incoming, *messages: Message, now_s: float = 0.0) -> list[int]:
    return [seq for one in messages for seq in numbers(incoming.take(one, now_s))]


# ------------------------------------------------------------ telling


def test_what_is_told_in_one_turn_is_one_message_for_each_node() -> None:
    outgoing = Outgoing(NETWORK, 3)
    assert outgoing.tell("node-1", "a", {"n": 1}, bye=False)
    assert not outgoing.tell("node-2", "b", {"n": 2}, bye=False)
    assert not outgoing.tell("node-1", "a", {"n": 3}, bye=True)
    told = outgoing.due()
    assert [one.node for one in told] == ["node-1", "node-2"]
    first = Message.model_validate_json(told[0].body)
    assert (first.network, first.epoch, first.seq) == (NETWORK, 3, 1)
    assert first.items == [("a", {"n": 1}), ("a", {"n": 3}, "bye")]
    assert outgoing.due() == []
    assert outgoing.tell("node-1", "a", {"n": 4}, bye=False)


def test_each_node_has_numbers_of_its_own() -> None:
    outgoing = Outgoing(NETWORK, 3)
    seqs = []
    for node in ("node-1", "node-1", "node-2", "node-1"):
        outgoing.tell(node, "a", {}, bye=False)
        seqs += [(one.node, json.loads(one.body)["seq"]) for one in outgoing.due()]
    assert seqs == [("node-1", 1), ("node-1", 2), ("node-2", 1), ("node-1", 3)]
    beats = [(one.node, json.loads(one.body)) for one in outgoing.beats()]
    assert [(node, one["seq"], one["items"]) for node, one in beats] == [
        ("node-1", 3, []),
        ("node-2", 1, []),
    ]


def test_a_node_that_is_gone_is_not_beaten_for_until_it_is_told_something() -> None:
    outgoing = Outgoing(NETWORK, 3)
    outgoing.tell("node-1", "a", {}, bye=False)
    outgoing.due()
    outgoing.forget("node-1")
    outgoing.forget("node-1")
    assert outgoing.due() == []
    assert outgoing.beats() == []
    outgoing.tell("node-1", "a", {}, bye=False)
    outgoing.due()
    assert len(outgoing.beats()) == 1


def test_a_node_that_was_taken_for_gone_misses_nothing_that_it_is_told_later() -> None:
    outgoing, incoming = Outgoing(NETWORK, 3), Incoming()

    def heard() -> list[int]:
        outgoing.tell("node-1", "a", {}, bye=False)
        told = [Message.model_validate_json(one.body) for one in outgoing.due()]
        return taken(incoming, *told)

    assert [heard(), heard()] == [[1], [2]]
    outgoing.forget("node-1")
    assert heard() == [3]


def test_no_message_is_larger_than_a_batch_unless_one_item_is() -> None:
    outgoing = Outgoing(NETWORK, 3)
    for number in range(100):
        outgoing.tell("node-1", "a", {"n": number, "x": "y" * 10_000}, bye=False)
    outgoing.tell("node-1", "a", {"n": 100, "x": "y" * (BATCH_BYTES_MAX + 1)}, bye=False)
    outgoing.tell("node-1", "a", {"n": 101}, bye=False)
    told = outgoing.due()
    read = [Message.model_validate_json(one.body) for one in told]
    assert [one.seq for one in read] == list(range(1, len(read) + 1))
    assert [item[1]["n"] for one in read for item in one.items] == list(range(102))
    large = [one for one in told if len(one.body) > BATCH_BYTES_MAX]
    assert len(large) == 1
    assert len(Message.model_validate_json(large[0].body).items) == 1


def test_an_item_that_no_message_can_carry_takes_no_number() -> None:
    outgoing = Outgoing(NETWORK, 3)
    assert not outgoing.tell("node-1", "a", {"x": "y" * MESSAGE_BYTES_MAX}, bye=False)
    assert outgoing.too_large == 1
    assert outgoing.due() == []


# ------------------------------------------------------------ hearing


def test_messages_in_order_are_delivered_at_once() -> None:
    incoming = Incoming()
    assert taken(incoming, message(1), message(2), message(3)) == [1, 2, 3]
    assert not incoming.has_gap()


def test_a_message_that_was_had_is_dropped() -> None:
    incoming = Incoming()
    assert taken(incoming, message(1), message(1), message(3), message(3), message(2)) == [
        1,
        2,
        3,
    ]
    assert incoming.dropped == 2


def test_a_message_that_overtook_another_waits_for_it() -> None:
    incoming = Incoming()
    assert taken(incoming, message(2)) == []
    assert incoming.has_gap()
    assert taken(incoming, message(1)) == [1, 2]
    assert not incoming.has_gap()
    assert incoming.lost(now_s=100) == []


def test_a_gap_that_is_not_filled_is_a_loss_after_its_time() -> None:
    incoming = Incoming()
    taken(incoming, message(1), message(3), now_s=5.0)
    assert incoming.lost(now_s=5.0 + GAP_S - 0.01) == []
    assert incoming.lost(now_s=5.01 + GAP_S) == [NETWORK]
    assert incoming.lost(now_s=50.0) == []
    assert taken(incoming, message(2), message(3), message(4)) == [4]
    assert incoming.gaps == 1


def test_a_beat_that_is_ahead_is_a_loss_after_its_time() -> None:
    incoming = Incoming()
    taken(incoming, message(1), beat(1))
    assert not incoming.has_gap()
    assert taken(incoming, beat(2), now_s=1.0) == []
    assert incoming.has_gap()
    assert incoming.lost(now_s=1.0 + GAP_S) == [NETWORK]
    assert taken(incoming, message(3)) == [3]


def test_a_beat_that_overtook_its_message_is_no_loss() -> None:
    incoming = Incoming()
    taken(incoming, beat(1))
    assert taken(incoming, message(1)) == [1]
    assert not incoming.has_gap()


def test_a_beat_that_was_overtaken_says_nothing() -> None:
    incoming = Incoming()
    taken(incoming, message(1), message(2), beat(1))
    assert not incoming.has_gap()


def test_the_time_of_a_second_gap_begins_with_it() -> None:
    incoming = Incoming()
    taken(incoming, message(2), message(4), now_s=0.0)
    assert taken(incoming, message(1), now_s=0.2) == [1, 2]
    assert incoming.lost(now_s=0.35) == []
    assert incoming.lost(now_s=0.2 + GAP_S) == [NETWORK]


def test_the_first_message_of_a_home_is_its_first() -> None:
    incoming = Incoming()
    assert taken(incoming, message(5)) == []
    assert incoming.lost(now_s=1.0) == [NETWORK]


def test_a_newer_epoch_begins_anew_and_an_older_one_is_over() -> None:
    incoming = Incoming()
    taken(incoming, message(1), message(2))
    assert taken(incoming, message(1, epoch=2)) == [1]
    assert taken(incoming, message(3, epoch=1), beat(9, epoch=1)) == []
    assert not incoming.has_gap()
    assert taken(incoming, message(2, epoch=2)) == [2]


def test_a_newer_epoch_forgets_what_the_older_one_had_lost() -> None:
    incoming = Incoming()
    taken(incoming, message(4))
    assert taken(incoming, message(1, epoch=2)) == [1]
    assert incoming.lost(now_s=10) == []


def test_an_older_home_says_nothing_once_a_newer_one_is_known_of() -> None:
    incoming = Incoming()
    assert taken(incoming, message(1)) == [1]
    incoming.superseded(NETWORK, 2)
    assert taken(incoming, message(2)) == []
    incoming.superseded(NETWORK, 1)
    assert taken(incoming, message(1, epoch=2)) == [1]
    incoming.superseded(NETWORK, 2)
    assert taken(incoming, message(2, epoch=2)) == [2]


def test_networks_do_not_wait_for_each_other() -> None:
    incoming = Incoming()
    assert taken(incoming, message(2), message(1, network="other")) == [1]
    assert incoming.lost(now_s=1.0) == [NETWORK]


def test_too_much_that_waits_is_a_loss_before_its_time() -> None:
    incoming = Incoming()
    taken(incoming, *(message(seq) for seq in range(2, HELD_MAX + 4)))
    assert incoming.lost(now_s=0.0) == [NETWORK]


@pytest.mark.parametrize(
    "body",
    [
        b"5",
        b"null",
        b"{}",
        b'{"network":"n","epoch":1,"seq":0,"items":[]}',
        b'{"network":"n","epoch":"1","seq":1,"items":[]}',
        b'{"network":"n","epoch":1,"seq":1,"items":[["a"]]}',
        b'{"network":"n","epoch":1,"seq":1,"items":[["a",{},"byes"]]}',
        b'{"network":"n","epoch":1,"seq":1,"items":[],"more":1}',
    ],
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(ValidationError):
        Message.model_validate_json(body)


CARRIED = st.lists(st.integers(1, 30).map(message) | st.integers(1, 30).map(beat), max_size=120)


@given(CARRIED)
def test_however_messages_are_carried_each_is_delivered_at_most_once_in_order(
    carried: list[Message],
) -> None:
    incoming, delivered, now_s = Incoming(), list[int](), 0.0
    for one in carried:
        now_s += 0.1
        delivered += taken(incoming, one, now_s=now_s)
        incoming.lost(now_s)
    assert delivered == sorted(set(delivered))


@given(st.permutations([message(seq) for seq in range(1, 12)]), st.data())
def test_reordered_and_doubled_messages_all_arrive(
    carried: list[Message], data: st.DataObject
) -> None:
    doubled = data.draw(st.lists(st.sampled_from(carried), max_size=10))
    incoming = Incoming()
    assert taken(incoming, *carried, *doubled) == list(range(1, 12))
    assert not incoming.has_gap()


@given(st.sets(st.integers(1, 20)), st.integers(1, 20))
def test_a_loss_is_always_noticed_once_a_beat_comes_through(lost: set[int], last: int) -> None:
    incoming = Incoming()
    sent = range(1, last + 1)
    delivered = taken(incoming, *(message(seq) for seq in sent if seq not in lost), beat(last))
    noticed = incoming.lost(now_s=GAP_S)
    assert (delivered == list(sent)) == (noticed == [])
    assert taken(incoming, message(last + 1)) == [last + 1]
