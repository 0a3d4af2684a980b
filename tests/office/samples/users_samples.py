"""Calls of one's own account, and of users and roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from screens_rig import HERE, Sample, World

from keiki.domain.access import Right, Role, Scope
from keiki.office.audit.services import Act
from keiki.office.users.api_tokens import services as tokens
from keiki.office.users.models import ApiToken


def _of(world: World, **data: str) -> Sample:
    return Sample({"username": world.person(Role.DESIGNER, name="sato").username}, data)


def _token(world: World, **data: str) -> Sample:
    scope = Scope(frozenset({Right.SEE_POINTS}), frozenset({HERE}))
    asked = tokens.TokenRequest("call-centre", scope, world.cast.now + timedelta(days=30), "its screens show the state")
    token = ApiToken.objects.first() or tokens.ask(Act("tanaka", world.cast.now), asked).token
    return Sample({"number": token.pk}, data)


SAMPLES: dict[str, Callable[[World], Sample]] = {
    "users:account": lambda _: Sample(),
    "users:language": lambda _: Sample(data={"language": "en"}),
    "users:end_session": lambda _: Sample({"pk": 0}, expects=(404,)),
    "users:people": lambda _: Sample(),
    "users:roles": lambda _: Sample(),
    "users:offices": lambda _: Sample(),
    "users:add": lambda _: Sample(),
    "users:person": _of,
    "users:give": lambda world: _of(world, role="auditor", office=HERE),
    "users:take_away": lambda world: _of(world, role="designer", office=HERE),
    "users:deactivate": lambda world: _of(world, because="moved"),
    "users:reset_password": _of,
    "users:reset_second_factor": lambda world: _of(world, **{"reset-because": "telephone lost"}),
    "users:tokens": lambda _: Sample(),
    "users:ask_token": lambda _: Sample(),
    "users:token": _token,
    "users:approve_token": _token,
    "users:reject_token": lambda world: _token(world, because="nobody knows it"),
    "users:revoke_token": lambda world: _token(world, because="the system is gone"),
}
