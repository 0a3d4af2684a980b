"""Needs: what place and contract ask for, checked against what the catalogue declares, and counted.

Every need has finitely many values, so all needs together are one number: the *code*, the mixed-radix number of the
values' places, first need most significant. A code fits a table's index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

from keiki.domain.selection.words import say
from keiki.domain.units import Catalogue, RefusedError, Value
from keiki.foundation.text.bilingual import Bilingual

Needs = Mapping[str, Value]
_TYPES: Mapping[str, type] = {"string": str, "int": int, "bool": bool}


class NeedsError(RefusedError):
    """Needs that the catalogue does not declare, or that lack one; the sentence says which and what is possible."""


class NeedsSpace:
    """All needs that a catalogue can be asked."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.needs = tuple(catalogue.needs.values())
        self.sizes = tuple(len(need.values) for need in self.needs)
        self.size = prod(self.sizes)
        self._columns = tuple(
            (need.id, _TYPES[need.type], {value: place for place, value in enumerate(need.values)}, len(need.values))
            for need in self.needs
        )

    def encode(self, needs: Needs) -> int:
        """Return the code of ``needs``, or raise :class:`NeedsError`."""
        code = 0
        try:
            for name, type_, places, size in self._columns:
                value = needs[name]
                if value.__class__ is not type_:
                    value = self._as_type(name, value, type_)
                code = code * size + places[value]
        except KeyError:
            raise NeedsError(self._complaint(needs)) from None
        if len(needs) != len(self._columns):
            raise NeedsError(self._complaint(needs))
        return code

    def decode(self, code: int) -> dict[str, Value]:
        """Return the needs of ``code``."""
        return {need.id: need.values[place] for need, place in zip(self.needs, self.places(code), strict=True)}

    def places(self, code: int) -> tuple[int, ...]:
        """Return the place of each need's value."""
        places = []
        for size in reversed(self.sizes):
            code, place = divmod(code, size)
            places.append(place)
        return tuple(reversed(places))

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return (self.decode(code) for code in range(self.size))

    @staticmethod
    def _as_type(name: str, value: Value, type_: type) -> Value:
        if not isinstance(value, type_) or (type_ is int and isinstance(value, bool)):
            raise NeedsError(say("need-of-wrong-type", need=name, type=type_.__name__, value=repr(value)))
        return value

    def _complaint(self, needs: Needs) -> Bilingual:
        for need in self.needs:
            if need.id not in needs:
                return say("need-missing", need=need.id)
            if needs[need.id] not in need.values:
                return say("need-value", need=need.id, value=repr(needs[need.id]), possible=need.values)
        unknown = sorted(set(needs) - {need.id for need in self.needs})
        return say("need-undeclared", need=unknown[0])
