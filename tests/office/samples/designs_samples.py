"""Calls of the screens of designs."""

from __future__ import annotations

from collections.abc import Callable

from screens_rig import Sample, World

from keiki.office.designs import services as designs
from keiki.office.designs.models import Design


def _design(world: World) -> Design:
    cast = world.cast
    if "design" not in world.kept:
        contract = cast.apply("apply_renewable")
        world.kept["design"] = designs.open_design(cast.act(), cast.sources, cast.catalogue, contract)
    found: Design = world.kept["design"]
    return found


def _of_design(world: World, **data: str) -> Sample:
    return Sample({"number": _design(world).pk}, data, row=True)


SAMPLES: dict[str, Callable[[World], Sample]] = {
    "designs:list": lambda _: Sample(),
    "designs:detail": _of_design,
}
