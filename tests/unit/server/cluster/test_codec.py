from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from server.access import Principal, Role
from server.cluster import codec
from server.cluster.refusals import RemoteRefusal
from server.errors import InvalidBody, NotFound, Retry
from server.live.doors import Visitor
from server.problems import problem, status_of
from server.storage.errors import CommitFailed
from signaling.errors import NotEligible, OfferUnknown, SignalingError
from signaling.events import DemandMeasured, Event, PatientLeft, PatientLost, PatientSeen
from signaling.identifiers import EligibilityClass, EncounterId
from signaling.messages import INPUTS, CommandBase, NoteSave, QueueJoin, Sync

PRINCIPAL = Principal(
    audience="practitioner",
    role=Role.PRACTITIONER,
    organization_id="network-1",
    practitioner_id="practitioner-1",
    session="a" * 64,
    scopes=frozenset({"one", "two"}),
)
VISITOR = Visitor(
    "socket-1", "node-1", "/practitioner", PRINCIPAL, "practitioner:p", "network-1"
)
JOIN = QueueJoin(v=1, id="command-1", type="queue.join")


def test_a_command_and_its_visitor_are_read_as_they_were_written() -> None:
    for command in (JOIN, Sync(v=1, id="command-2", type="sync")):
        read = codec.decoded_command(codec.encoded_command(VISITOR, command))
        assert read == (VISITOR, command)
        assert type(read[1]) is type(command)


def test_every_command_of_the_protocol_can_be_carried() -> None:
    commands = [one for one in INPUTS if issubclass(one, CommandBase)]
    assert set(commands) == set(codec.COMMANDS.values())


def test_every_event_of_the_waiting_room_can_be_carried() -> None:
    assert set(codec.EVENTS) == {one.__name__ for one in get_args(Event)}


FORM_OF_ONE: st.SearchStrategy[Event] = st.builds(
    lambda kind, encounter: kind(EncounterId(encounter)),
    st.sampled_from([PatientSeen, PatientLost, PatientLeft]),
    st.text(max_size=20),
)


@given(st.lists(FORM_OF_ONE))
def test_events_of_one_form_are_not_confused(events: list[Event]) -> None:
    assert codec.decoded_events(codec.encoded_events(events)) == events


def test_every_kind_of_event_is_read_as_it_was_written() -> None:
    events = [st.from_type(kind) for kind in get_args(Event) if kind is not DemandMeasured]

    @given(st.one_of(events))
    def same(event: Event) -> None:
        assert codec.decoded_events(codec.encoded_events([event])) == [event]

    same()
    measured = DemandMeasured({EligibilityClass("class-1"): 0.25})
    assert codec.decoded_events(codec.encoded_events([measured])) == [measured]


@pytest.mark.parametrize("body", [b"", b"5", b"{}", b'[{"name":"Nothing","event":{}}]'])
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        codec.decoded_events(body)


def test_an_unknown_command_is_refused() -> None:
    body = codec.encoded_command(VISITOR, JOIN).replace(b"QueueJoin", b"QueueJump")
    with pytest.raises(ValueError, match="no such command"):
        codec.decoded_command(body)


def test_a_command_out_of_bounds_is_refused() -> None:
    huge = NoteSave.model_construct(
        v=1,
        id="command-1",
        type="note.save",
        encounter_id="encounter-1",
        base_revision=0,
        text="x" * 1_000_000,
    )
    with pytest.raises(ValidationError):
        codec.decoded_command(codec.encoded_command(VISITOR, huge))


def test_a_commands_row_is_the_same_through_every_socket_of_its_session() -> None:
    elsewhere = replace(VISITOR, sid="socket-2", node="node-2")
    stranger = replace(VISITOR, principal=replace(PRINCIPAL, session="b" * 64))
    row = codec.command_row_id(VISITOR, JOIN)
    assert codec.command_row_id(elsewhere, JOIN) == row
    assert codec.command_row_id(stranger, JOIN) != row
    other = QueueJoin(v=1, id="command-2", type="queue.join")
    assert codec.command_row_id(VISITOR, other) != row
    assert len(row) == 64


@pytest.mark.parametrize("error", [OfferUnknown(), NotEligible()])
def test_a_refusal_of_the_core_keeps_its_class(error: SignalingError) -> None:
    with pytest.raises(type(error)) as raised:
        codec.raise_refusal(codec.outcome_of(error))
    assert problem(raised.value) == problem(error)
    assert status_of(raised.value) == status_of(error)


@pytest.mark.parametrize("error", [NotFound(), InvalidBody(fields=("text",)), ValueError("x")])
def test_any_other_refusal_shows_the_same_problem_and_status(error: Exception) -> None:
    outcome = codec.Outcome.model_validate_json(codec.outcome_of(error).model_dump_json())
    with pytest.raises(RemoteRefusal) as raised:
        codec.raise_refusal(outcome)
    assert problem(raised.value) == problem(error)
    assert status_of(raised.value) == status_of(error)


@pytest.mark.parametrize("error", [Retry(), CommitFailed("x")])
def test_what_may_be_tried_again_is_retry(error: Exception) -> None:
    with pytest.raises(Retry):
        codec.raise_refusal(codec.outcome_of(error))


def test_success_raises_nothing() -> None:
    codec.raise_refusal(codec.outcome_of(None))


def test_visitors_are_taken_apart_into_bounded_parts() -> None:
    visitors = [replace(VISITOR, sid=f"socket-{number}") for number in range(701)]
    parts = list(codec.visitors_apart(visitors))
    assert [one for part in parts for one in part] == visitors
    assert max(map(len, parts)) <= codec.VISITORS_MAX


# ------------------------------------------------------------------ a program of before


@dataclass(frozen=True, slots=True)
class PrincipalBefore:
    """Who is asking, as programs of revision 0021 know it. Frozen: never to be changed."""

    audience: str | None
    role: str
    organization_id: str | None = None
    account_id: str | None = None
    practitioner_id: str | None = None
    encounter_id: str | None = None
    site_id: str | None = None
    session: str = ""
    kiosk: bool = False
    token_id: str | None = None
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class VisitorBefore:
    """A socket, as programs of revision 0021 know it. Frozen: never to be changed."""

    sid: str
    node: str
    namespace: str
    principal: PrincipalBefore
    recipient: str
    network_id: str
    resume: tuple[str | None, int | None] = (None, None)
    address: str = ""
    since: int = 0


class PerformingBefore(BaseModel):
    """A command, as programs of revision 0021 read it: what they do not know they refuse."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    visitor: VisitorBefore
    name: str
    command: dict[str, Any]


SEEN = replace(VISITOR, resume=("stream-1", 7), address="192.0.2.7", since=12)


@pytest.mark.parametrize("visitor", [VISITOR, SEEN])
def test_a_program_of_before_reads_whose_a_command_is(visitor: Visitor) -> None:
    read = PerformingBefore.model_validate_json(codec.encoded_command(visitor, JOIN))
    principal = read.visitor.principal
    assert principal.role == "practitioner"
    assert principal.session == PRINCIPAL.session
    assert principal.scopes == PRINCIPAL.scopes
    assert read.visitor.resume == visitor.resume
    assert (read.visitor.address, read.visitor.since) == (visitor.address, visitor.since)
    assert read.command == JOIN.model_dump(mode="json")


def test_a_program_of_before_reads_whose_sockets_are_there() -> None:
    every = TypeAdapter(list[VisitorBefore])
    read = every.validate_json(codec.encoded_visitors([VISITOR, SEEN]))
    assert [one.since for one in read] == [0, 12]
    one = TypeAdapter(VisitorBefore).validate_json(codec.encoded_visitor(SEEN))
    assert one == read[1]


def test_what_a_program_of_before_wrote_is_read() -> None:
    before = VisitorBefore(
        "socket-1",
        "node-1",
        "/practitioner",
        PrincipalBefore("practitioner", "practitioner", session="a" * 64),
        "practitioner:p",
        "network-1",
    )
    written = PerformingBefore(
        visitor=before, name="QueueJoin", command=JOIN.model_dump(mode="json")
    )
    visitor, command = codec.decoded_command(written.model_dump_json().encode())
    assert visitor.principal.complete
    assert (visitor.principal.session, command) == ("a" * 64, JOIN)


def test_what_is_new_does_not_stay_away_from_who_knows_it() -> None:
    """No socket of an incomplete session is let in; if one were told of, it would say so."""
    incomplete = replace(VISITOR, principal=replace(PRINCIPAL, complete=False))
    visitor, _ = codec.decoded_command(codec.encoded_command(incomplete, JOIN))
    assert not visitor.principal.complete
    with pytest.raises(ValidationError):
        PerformingBefore.model_validate_json(codec.encoded_command(incomplete, JOIN))
