"""A state machine is a table from (state, event) to state; this reads such tables.

The first state of a table is where the machine starts, a state with an empty row is where
it ends, and an event without an arrow is illegal: it raises and changes nothing.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias, TypeVar

from signaling.errors import IllegalTransition

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event")

Transitions: TypeAlias = Mapping[State, Mapping[type[Event], State]]


def step(transitions: Transitions[State, Event], state: State, event: Event) -> State:
    """Return the state that `event` leads to.

    Raises:
        IllegalTransition: the table has no arrow for `event` in `state`.
    """
    target = transitions[state].get(type(event))
    if target is None:
        raise IllegalTransition(state.value, type(event).__name__)
    return target
