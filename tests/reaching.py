"""Which functions of the product a function may come to, by what its code names.

It reads code and runs nothing: a name that stands for a function, or a module's attribute that
does, is followed into it, and so is whatever a closure holds. What is called through a value
(a port of the running server) is not followed, so nothing is found there that is not named.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Collection, Iterator
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Final

from server.http.operation import Operation

FOLLOWED: Final = "server."
GLOBAL: Final = "LOAD_GLOBAL"
ATTRIBUTES: Final = frozenset({"LOAD_ATTR", "LOAD_METHOD"})


def reaches(start: object, ends: Collection[object]) -> bool:
    """Tell whether somebody who calls `start` may come to one of these functions."""
    wanted = {function_of(one) for one in ends}
    first = function_of(start)
    waiting, seen = [first], set[FunctionType]()
    while waiting:
        one = waiting.pop()
        if one is None or one in seen:
            continue
        if one in wanted:
            return True
        seen.add(one)
        if one is first or one.__module__.startswith(FOLLOWED):
            waiting += map(function_of, named_in(one))
    return False


def function_of(value: object) -> FunctionType | None:
    """Return the function that somebody wrote, of what stands for it; None of anything else."""
    if isinstance(value, Operation):
        return function_of(value.handle)
    if isinstance(value, partial):
        return function_of(value.func)
    if isinstance(value, MethodType):
        return function_of(value.__func__)
    found = inspect.unwrap(value) if callable(value) else value
    return found if isinstance(found, FunctionType) else None


def named_in(function: FunctionType) -> Iterator[object]:
    """Give what the code of a function names, and what it was closed over."""
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not there yet
            continue
    for code in codes_in(function.__code__):
        steps = list(dis.get_instructions(code))
        for place, step in enumerate(steps):
            if step.opname != GLOBAL:
                continue
            value = function.__globals__.get(step.argval)
            for further in steps[place + 1 :]:
                if value is None or further.opname not in ATTRIBUTES:
                    break
                value = getattr(value, further.argval, None)
            yield value


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """Give code, and that of the functions that are made in it."""
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from codes_in(one)
