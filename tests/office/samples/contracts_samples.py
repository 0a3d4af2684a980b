"""Samples of the addresses of contracts."""

from __future__ import annotations

from collections.abc import Callable

from screens_rig import Sample, World

from keiki.office.contracts.models import ServiceContract


def contract(world: World) -> ServiceContract:
    """A checked contract whose installed units serve route B already."""
    if "contract" not in world.kept:
        world.kept["contract"] = world.cast.apply("already_wireless")
    found: ServiceContract = world.kept["contract"]
    return found


def written(world: World) -> ServiceContract:
    """The contract after its password is on its way to the meter."""
    found = contract(world)
    if found.state == "checked":
        world.cast.decide(found)
        found.refresh_from_db()
    return found


def _checked(world: World) -> Sample:
    return Sample({"pk": contract(world).pk}, row=True)


def _written(world: World) -> Sample:
    return Sample({"pk": written(world).pk}, row=True)


def _by_agent(world: World) -> Sample:
    ServiceContract.objects.filter(pk=contract(world).pk).update(by_agent=True)
    return Sample({"pk": contract(world).pk}, row=True)


def _lost(world: World) -> Sample:
    command = written(world).pk and world.kept.get("answered")
    if command is None:
        from keiki.office.remote.models import RemoteCommand

        world.cast.receive(world.cast.answer(RemoteCommand.objects.latest("id")))
        world.kept["answered"] = True
    return Sample({"pk": contract(world).pk}, row=True)


def _contradicting(world: World) -> Sample:
    from keiki.office.remote.models import ContradictingResult, RemoteCommand
    from keiki.protocols.relay.messages import CommandOutcome

    command = written(world).pk and RemoteCommand.objects.latest("id")
    world.cast.receive(world.cast.answer(command))
    world.cast.receive(world.cast.answer(command, CommandOutcome.REFUSED, reason="expired"))
    data = {"decision": "keep_recorded", "because": "asked at the meter", "seen": "succeeded"}
    return Sample({"pk": ContradictingResult.objects.latest("id").pk}, data, row=True)


def _set_aside(world: World) -> Sample:
    from keiki.office.remote.models import RemoteCommand
    from keiki.office.remote.set_aside import keep
    from keiki.protocols.relay.wire import open_result

    cast, command = world.cast, written(world).pk and RemoteCommand.objects.latest("id")
    data = cast.answer(command)
    kept = keep(cast.act(), data, open_result(data, cast.office, cast.control.card), RuntimeError())
    return Sample({"pk": kept.pk}, {"because": "the contract was looked at"}, row=True)


SAMPLES: dict[str, Callable[[World], Sample]] = {
    "contracts:list": lambda _: Sample(),
    "contracts:commands": lambda _: Sample(),
    "contracts:deliveries": lambda _: Sample(),
    "contracts:contradictions": lambda _: Sample(),
    "contracts:contradiction": _contradicting,
    "contracts:decide_contradiction": _contradicting,
    "contracts:set_aside": lambda _: Sample(),
    "contracts:set_aside_message": _set_aside,
    "contracts:apply_set_aside": _set_aside,
    "contracts:close_set_aside": _set_aside,
    "contracts:apply": lambda _: Sample(),
    "contracts:detail": _checked,
    "contracts:path": _written,
    "contracts:status": _written,
    "contracts:decide": _checked,
    "contracts:confirm_agent": _by_agent,
    "contracts:rewrite": _lost,
    "contracts:read_status": _written,
}
