"""Calls of the screens of work orders."""

from __future__ import annotations

from collections.abc import Callable

from screens_rig import HERE, Sample, World

from keiki.office.designs.models import Design
from keiki.office.workorders import services
from keiki.office.workorders.models import FollowUp, WorkOrder


def _design(world: World) -> Design:
    return Design.objects.first() or world.cast.finished_design()


def _order(world: World, *, printed: bool = False) -> WorkOrder:
    order = WorkOrder.objects.first() or world.cast.order(_design(world))
    assert order.office == HERE
    if printed:
        services.printed(world.cast.act(), order)
    return order


def _number(world: World, **data: str) -> Sample:
    return Sample({"number": _order(world).number}, data, row=True)


def _followed(world: World) -> Sample:
    order = _order(world)
    FollowUp.objects.create(
        work_order=order, office=order.office, task="book_installed_units", created_at=world.cast.now
    )
    return Sample({"number": order.number}, row=True)


SAMPLES: dict[str, Callable[[World], Sample]] = {
    "workorders:list": lambda _: Sample(),
    "workorders:print_many": lambda world: Sample(data={"number": _order(world).number}, expects=(200,)),
    "workorders:record": lambda _: Sample(),
    "workorders:follow_ups": lambda _: Sample(),
    "workorders:issue": lambda world: Sample({"design": _design(world).pk}, row=True),
    "workorders:detail": _number,
    "workorders:print": _number,
    "workorders:cancel": lambda world: _number(world, because="the customer is away"),
    "workorders:close_follow_up": _followed,
}
