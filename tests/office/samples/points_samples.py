"""Samples of the addresses of supply points, of Today, and of the data servers' health."""

from __future__ import annotations

from collections.abc import Callable

from screens_rig import Sample, World

from keiki.office.contracts.models import ServiceContract


def place(world: World) -> str:
    """A supply point of the first office, by the records themselves."""
    found = world.cast.place("plain")
    assert found.office == "北摂"
    return found.supply_point


def _point(world: World) -> Sample:
    return Sample({"number": place(world)}, row=True)


def _customer(world: World) -> Sample:
    return Sample({"number": place(world)}, {"reason": "the customer asks"}, row=True)


def _end(world: World) -> Sample:
    contract: ServiceContract = world.kept.setdefault("contract", None) or world.cast.apply("plain")
    world.kept["contract"] = contract
    return Sample({"pk": contract.pk}, row=True)


SAMPLES: dict[str, Callable[[World], Sample]] = {
    "today": lambda _: Sample(),
    "points:search": lambda _: Sample(data={"q": "C-1"}),
    "points:sources": lambda _: Sample(),
    "points:check": lambda _: Sample(),
    "points:end": _end,
    "points:detail": _point,
    "points:record": _point,
    "points:customer": _customer,
}
