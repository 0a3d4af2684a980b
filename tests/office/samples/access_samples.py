"""Calls of one's own account, and of users and roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from screens_rig import HERE, Sample, World

from keiki.domain.access import Right, Role, Scope
from keiki.office.access import tokens
from keiki.office.access.models import ApiToken
from keiki.office.audit.services import Act


def _of(world: World, **data: str) -> Sample:
    return Sample({"username": world.person(Role.DESIGNER, name="sato").username}, data)


def _token(world: World, **data: str) -> Sample:
    scope = Scope(frozenset({Right.SEE_POINTS}), frozenset({HERE}))
    asked = tokens.TokenRequest("call-centre", scope, world.cast.now + timedelta(days=30), "its screens show the state")
    token = ApiToken.objects.first() or tokens.ask(Act("tanaka", world.cast.now), asked).token
    return Sample({"number": token.pk}, data)


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
    "access:tokens": lambda _: Sample(),
    "access:ask_token": lambda _: Sample(),
    "access:token": _token,
    "access:approve_token": _token,
    "access:reject_token": lambda world: _token(world, because="nobody knows it"),
    "access:revoke_token": lambda world: _token(world, because="the system is gone"),
}
