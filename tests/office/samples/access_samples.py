"""Calls of one's own account, and of users and roles."""

from __future__ import annotations

from collections.abc import Callable

from screens_rig import HERE, Sample, World

from keiki.domain.access import Role


def _of(world: World, **data: str) -> Sample:
    return Sample({"username": world.person(Role.DESIGNER, name="sato").username}, data)


SAMPLES: dict[str, Callable[[World], Sample]] = {
    "access:account": lambda _: Sample(),
    "access:language": lambda _: Sample(data={"language": "en"}),
    "access:end_session": lambda _: Sample({"pk": 0}, expects=(404,)),
    "access:people": lambda _: Sample(),
    "access:roles": lambda _: Sample(),
    "access:offices": lambda _: Sample(),
    "access:add": lambda _: Sample(),
    "access:person": _of,
    "access:give": lambda world: _of(world, role="auditor", office=HERE),
    "access:take_away": lambda world: _of(world, role="designer", office=HERE),
    "access:deactivate": lambda world: _of(world, because="moved"),
    "access:reset_password": _of,
    "access:reset_second_factor": lambda world: _of(world, **{"reset-because": "telephone lost"}),
}
