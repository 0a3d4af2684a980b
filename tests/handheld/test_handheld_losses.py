"""Whatever a line loses and whenever the device dies, the meter ends with the credential, written once."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
from handheld_world import AUTHENTICATION_ID, NOW, PASSWORD, TOWN, Office
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keiki.bench.meters.clock import JST, StoppedClock
from keiki.bench.meters.meter import Meter, World
from keiki.bench.meters.port import answer
from keiki.bench.town.draw import case
from keiki.domain.workorders.visit import VisitState
from keiki.handheld.journal import VisitJournal, VisitStep
from keiki.handheld.settings import DeviceSettings
from keiki.handheld.visit import begin, carry_out
from keiki.handheld.wiring import Device
from keiki.protocols.meter_port.codec import Envelope, decode, encode
from keiki.protocols.meter_port.messages import Accepted, Request
from keiki.protocols.meter_port.procedure import LOST
from keiki.protocols.sealing.identity import Identity

Fate = Literal["answered", "lost before", "lost after", "died before", "died after"]
FATES: list[Fate] = ["answered", "lost before", "lost after", "died before", "died after"]
OFFICE = Office()
HANDHELD = Identity.generate("handheld", "HHD-07")


class DeadBattery(BaseException):
    """The device stops where it is: nothing after this line runs."""


class BadLine:
    """A line to a bench meter on which each request meets its fate; later ones are answered."""

    def __init__(self, meter: Meter, fates: list[Fate]) -> None:
        self.meter, self.fates, self.effects = meter, fates, 0

    def ask(self, request: Request) -> object:
        fate = self.fates.pop(0) if self.fates else "answered"
        if fate == "died before":
            raise DeadBattery
        if fate == "lost before":
            return LOST
        reply = answer(self.meter, decode(encode(Envelope("", 1, request))))
        assert reply is not None
        self.effects += isinstance(reply.message, Accepted)
        if fate == "died after":
            raise DeadBattery
        return LOST if fate == "lost after" else reply.message


def dying(at: int | None) -> Callable[[VisitStep], None]:
    """A listener at whose ``at``-th step, just journalled, the device dies."""
    heard = 0

    def tell(_: VisitStep) -> None:
        nonlocal heard
        heard += 1
        if heard == at:
            raise DeadBattery

    return tell


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(FATES), max_size=30), st.lists(st.integers(1, 8) | st.none(), max_size=4))
@example(["answered"] * 3 + ["died after"], [])
@example(["answered"] * 3 + ["lost after", "died before"], [5])
def test_a_visit_ends_closed_and_written_once(
    tmp_path_factory: pytest.TempPathFactory, fates: list[Fate], deaths: list[int | None]
) -> None:
    meter = Meter(case(TOWN, "already_wireless"), World(StoppedClock(datetime.fromtimestamp(NOW, JST)), 1, os.urandom))
    path: Path = tmp_path_factory.mktemp("device") / "journal.db"
    line, sheet = BadLine(meter, fates), OFFICE.sheet(meter, HANDHELD.card)
    for life in range(100):
        journal = VisitJournal(path)
        device = Device(DeviceSettings(), HANDHELD, OFFICE.identity.card, journal, lambda: NOW, os.urandom)
        try:
            death = deaths[life] if life < len(deaths) else None
            carry_out(device, begin(device, sheet, ""), line, dying(death))  # type: ignore[arg-type]
        except DeadBattery:
            pass
        ended = journal.to_export(again=True)
        journal.close()
        if ended:
            break
    assert (len(ended), ended[0].state) == (1, VisitState.CLOSED)
    assert line.effects == 1
    assert dataclasses.astuple(meter.communication._store.held) == (1, AUTHENTICATION_ID, PASSWORD)  # type: ignore[arg-type]
