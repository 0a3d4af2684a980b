"""The status items of a communication unit: one table, from which every format and every screen takes them.

The meter's port, the messages to the office and the diagnosis each have a value of their own that inherits
:class:`UnitStatus`. A new item is one more field here: its place is the order of the formats, its name
is what screens call it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self, get_type_hints

from keiki.foundation.text.bilingual import Bilingual


class FaultState(StrEnum):
    """The state of a status item. A kind of state has two members: the good one first, then the fault."""

    @classmethod
    def of(cls, *, fault: bool) -> Self:
        """Return the state that says whether there is a fault."""
        good, bad = cls
        return bad if fault else good

    @property
    def is_fault(self) -> bool:
        """Whether this is the second state of its kind."""
        return self is type(self).of(fault=True)


class StatusItemState(FaultState):
    """The state of a step on the way to a connection: start-up, authentication or connection."""

    CLEAR = "clear"
    FAILURE = "failure"


class UnitCondition(FaultState):
    """The condition of the communication unit itself."""

    NORMAL = "normal"
    ABNORMALITY = "abnormality"


@dataclass(frozen=True)
class UnitStatus:
    """What a communication unit says of itself, in the order of the formats.

    The constructor takes an item's state or its word (``clear``); it raises ``ValueError`` for every other.
    """

    startup: StatusItemState = field(metadata={"name": Bilingual(ja="起動", en="Start-up")})
    authentication: StatusItemState = field(metadata={"name": Bilingual(ja="認証", en="Authentication")})
    connection: StatusItemState = field(metadata={"name": Bilingual(ja="接続", en="Connection")})
    condition: UnitCondition = field(metadata={"name": Bilingual(ja="通信ユニット状態", en="Communication unit")})

    def __post_init__(self) -> None:
        for name, state in read_states(vars(self)).items():
            object.__setattr__(self, name, state)

    def states(self) -> dict[str, Any]:
        """Return the state of every item by its field's name, as keyword arguments for another such value."""
        return {item.id: getattr(self, item.id) for item in STATUS_ITEMS}

    def words(self) -> dict[str, str]:
        """Return the word of every item's state by its field's name, as it is kept and told."""
        return {name: state.value for name, state in self.states().items()}


@dataclass(frozen=True)
class StatusItem:
    """One status item: its field in :class:`UnitStatus`, its name on the screens, and the states that it can have."""

    id: str
    name: Bilingual
    states: type[FaultState]


_STATES = get_type_hints(UnitStatus)
STATUS_ITEMS = tuple(StatusItem(f.name, f.metadata["name"], _STATES[f.name]) for f in fields(UnitStatus))


def read_states(words: Mapping[str, object]) -> dict[str, Any]:
    """Read the states of all items from their words, whatever else stands beside them.

    Returns keyword arguments for a :class:`UnitStatus`. Raises ``ValueError`` for a word that is no state of its item,
    ``KeyError`` where an item is absent.
    """
    return {item.id: item.states(str(words[item.id])) for item in STATUS_ITEMS}
