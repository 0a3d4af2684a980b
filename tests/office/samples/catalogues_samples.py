"""Calls of the catalogue's screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalogue_versions import files
from screens_rig import Sample, World

from keiki.office.catalogues import jobs, services


def _draft(data: dict[str, Any] | None = None, expects: tuple[int, ...] = (200,)) -> Callable[[World], Sample]:
    def sample(world: World) -> Sample:
        return Sample({"number": services.bring_in(world.cast.act("suzuki"), files()).pk}, data or {}, expects)

    return sample


def _proposed(data: dict[str, Any] | None = None, expects: tuple[int, ...] = (200,)) -> Callable[[World], Sample]:
    def sample(world: World) -> Sample:
        found = services.bring_in(world.cast.act("suzuki"), files())
        services.propose(world.cast.act("suzuki"), found, "R7")
        return Sample({"number": found.pk}, data or {}, expects)

    return sample


def _job(world: World) -> Sample:
    return Sample({"number": jobs.ask_bring_in(world.cast.act("suzuki"), files()).pk}, expects=(200,))


SAMPLES: dict[str, Callable[[World], Sample]] = {
    "catalogues:list": lambda _: Sample(expects=(200,)),
    "catalogues:bring_in": lambda _: Sample(expects=(200,)),
    "catalogues:bring_in_folder": lambda _: Sample(expects=(302,)),
    "catalogues:job": _job,
    "catalogues:version": _draft(),
    "catalogues:contents": _draft(),
    "catalogues:changes": _draft(),
    "catalogues:files": _draft(),
    "catalogues:propose": _draft({"because": "R7"}, (302,)),
    "catalogues:publish": _proposed(),
    "catalogues:reject": _proposed({"reject-because": "R7"}, (302,)),
    "catalogues:withdraw": _draft(),
}
