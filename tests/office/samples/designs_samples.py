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


def _act(world: World, *, expects: tuple[int, ...] = (303,), **data: str) -> Sample:
    design = Design.objects.get(pk=_design(world).pk)
    return Sample({"number": design.pk}, {"version": str(design.version), **data}, expects=expects, row=True)


SAMPLES: dict[str, Callable[[World], Sample]] = {
    "designs:list": lambda _: Sample(),
    "designs:detail": _of_design,
    "designs:open": lambda world: Sample({"contract": _design(world).contract_id}, expects=(303,), row=True),
    "designs:choose": lambda world: _act(world, units="RF-W2"),
    "designs:propose": _act,
    "designs:undo": lambda world: _act(world, expects=(409,)),
    "designs:look": lambda world: _act(world, expects=(200,)),
    "designs:finish": lambda world: _act(world, expects=(409,)),
    "designs:withdraw": lambda world: _of_design(world, because="moved away"),
}
