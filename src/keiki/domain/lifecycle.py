"""One transition table per lifecycle.

Everything in Keiki that lives through states (a design, a service contract, a credential, a work order, a remote
command, a visit with the hand-held device) is described by one :class:`Lifecycle`: a table of
``(state, event) -> state``. Code, tests and the diagrams in ``docs/`` are all drawn from that table. What it does not
list is illegal: :meth:`Lifecycle.after` raises and, having computed a value and touched nothing, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

from keiki.foundation.text.bilingual import Bilingual

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


class IllegalTransition(Exception):  # noqa: N818 - the field's word for it, and h11's kind of name
    """An event that the lifecycle's table does not allow in the present state; ``words`` names them for people."""

    def __init__(self, lifecycle: str, state: str, event: str, allowed: Iterable[str], words: LifecycleWords) -> None:
        self.lifecycle, self.state, self.event, self.allowed = lifecycle, state, event, tuple(allowed)
        self.words = words
        possible = ", ".join(self.allowed) or "nothing: this state is final"
        super().__init__(f"{lifecycle}: {event!r} is not allowed in state {state!r}; allowed: {possible}")


@dataclass(frozen=True)
class LifecycleWords:
    """What people call what lives, its states and its events; an event is named as an act (``print``, 印刷)."""

    name: Bilingual
    states: Mapping[str, Bilingual]
    events: Mapping[str, Bilingual]


@dataclass(frozen=True)
class Lifecycle(Generic[State, Event]):
    """A named transition table with its first state and its words. It is copied and cannot be changed afterwards."""

    name: str
    initial: State
    table: Mapping[tuple[State, Event], State]
    words: LifecycleWords

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", MappingProxyType(dict(self.table)))

    def after(self, state: State, event: Event) -> State:
        """Return the state that ``event`` leads to, or raise :class:`IllegalTransition`."""
        try:
            return self.table[state, event]
        except KeyError:
            allowed = (each.value for each in self.allowed(state))
            raise IllegalTransition(self.name, state, event, allowed, self.words) from None

    def allowed(self, state: State) -> tuple[Event, ...]:
        """Return the events that ``state`` accepts, in the table's order."""
        return tuple(event for source, event in self.table if source == state)

    @property
    def states(self) -> tuple[State, ...]:
        """Every state of the lifecycle, in the order of its Enum."""
        return tuple(type(self.initial))

    @property
    def final(self) -> frozenset[State]:
        """The states that no event leaves."""
        return frozenset(self.states) - {source for source, _ in self.table}
