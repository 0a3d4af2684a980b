"""The fixtures of the device's tests; what they are made of is in ``handheld_world``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from handheld_world import NOW, TOWN, Hand, Office, PtyMeter

from keiki.bench.meters.clock import JST, StoppedClock
from keiki.bench.meters.meter import Meter, World
from keiki.bench.town.draw import case
from keiki.handheld import enrolment
from keiki.handheld.journal import VisitJournal
from keiki.handheld.settings import DeviceSettings
from keiki.handheld.wiring import Device


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def new_meter() -> Iterator[Callable[..., PtyMeter]]:
    """Hang the meter of a named case of the town behind a pseudo-terminal."""
    hung: list[PtyMeter] = []

    def hang(name: str = "already_wireless") -> PtyMeter:
        world = World(StoppedClock(datetime.fromtimestamp(NOW, JST)), 1, os.urandom)
        hung.append(PtyMeter(Meter(case(TOWN, name), world)))
        return hung[-1]

    yield hang
    for meter in hung:
        meter.close()


@pytest.fixture
def meter(new_meter: Callable[..., PtyMeter]) -> PtyMeter:
    return new_meter()


@pytest.fixture
def folder(tmp_path: Path, office: Office) -> Path:
    """The folder of a device that trusts the office and answers fast."""
    folder = tmp_path / "HHD-07"
    enrolment.make_device(folder, "HHD-07")
    card = tmp_path / "office.card.json"
    card.write_text(office.identity.card.to_json())
    enrolment.trust_office(folder, card, replace=False)
    (folder / "settings.toml").write_text('lang = "en"\nanswer_seconds = 0.4\n')
    return folder


@pytest.fixture
def hand(folder: Path, office: Office) -> Iterator[Hand]:
    now = [NOW]
    settings = DeviceSettings(lang="en")
    journal = VisitJournal(folder / "journal.db")
    identity = enrolment.read_identity(folder)
    yield Hand(Device(settings, identity, office.identity.card, journal, lambda: now[0], os.urandom), now)
    journal.close()
