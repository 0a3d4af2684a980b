"""Calls of the screen Keys."""

from __future__ import annotations

from collections.abc import Callable

from screens_rig import Sample, World

from keiki.office.audit.services import Act
from keiki.office.keys import requests
from keiki.office.keys.models import KeyRequest
from keiki.protocols.sealing.identity import Identity

CARD = Identity.generate("handheld", "HHD-12").card.to_json()


def _asked(world: World, by: str = "tanaka") -> KeyRequest:
    waiting = KeyRequest.objects.filter(state="asked").first()
    return waiting or requests.ask_to_enrol(Act(by, world.cast.now), CARD, "handheld", "second van")


def _request(world: World, **data: str) -> Sample:
    return Sample({"number": _asked(world).pk}, data)


SAMPLES: dict[str, Callable[[World], Sample]] = {
    "keys:list": lambda _: Sample(),
    "keys:ask": lambda _: Sample(),
    "keys:device": lambda world: Sample({"key_id": world.cast.device.key_id}),
    "keys:revoke": lambda world: Sample({"key_id": world.cast.device.key_id}, {"because": "lost"}),
    "keys:request": _request,
    "keys:approve": lambda world: _request(world, compared=requests.last_group(_asked(world))),
    "keys:reject": lambda world: _request(world, **{"reject-because": "nobody knows it"}),
    "keys:withdraw": lambda world: Sample({"number": _asked(world).pk}, expects=(409,)),
}
