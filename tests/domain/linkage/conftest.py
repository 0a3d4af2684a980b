"""A linked record that agrees with itself, of which tests change what they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from keiki.domain.linkage.record import (
    Fact,
    LinkedRecord,
    Records,
    Reject,
    SourceAnswer,
    SourceCard,
    SourceRow,
    Unavailable,
)
from keiki.domain.linkage.shared_units import SharedUnits
from keiki.domain.linkage.terms import Value
from keiki.domain.supply_point import SupplyPoint

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ROWS: dict[str, dict[str, Value]] = {
    "customer": {
        "phase": "1P3W",
        "contract_number": "K1",
        "capacity": 60,
        "renewable": False,
        "remote_switching": False,
        "contract_since": date(2015, 4, 1),
        "moved_out": None,
    },
    "distribution": {"housing": "detached", "medium": "rf", "rain": True, "voltage_measurement": False},
    "construction": {
        "communication_unit": "RF-N1",
        "communication_serial": "TCR1",
        "communication_medium": "rf",
        "communication_route_b": "none",
        "communication_two_way": False,
        "metering_unit": "3W60-1N",
        "metering_serial": "TMS1",
        "metering_phase": "1P3W",
        "metering_capacity": 60,
        "metering_two_way": False,
        "metering_route_b": False,
        "option_unit": "NONE",
        "option_serial": None,
        "cover_unit": "CV-N",
        "installed_on": date(2020, 5, 1),
    },
    "supervisory": {
        "seen_communication_serial": "TCR1",
        "last_reading": NOW - timedelta(hours=1),
        "reachable": True,
    },
}
Build = Callable[..., LinkedRecord]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def build() -> Build:
    """Build a record: keyword = a source's rows changed (a mapping, a list of mappings), ``None``, or an outcome."""
    return _build


@pytest.fixture
def rejecting() -> Callable[[LinkedRecord, str, Reject], LinkedRecord]:
    """Return the record with something in it rejected."""

    def reject(record: LinkedRecord, source: str, what: Reject) -> LinkedRecord:
        answers = (
            SourceAnswer(each.source, each.asked_at, Records(each.rows, (what,))) if each.source.id == source else each
            for each in record.answers
        )
        return LinkedRecord(record.supply_point, tuple(answers))

    return reject


def _build(ages: Mapping[str, timedelta] | None = None, **changes: object) -> LinkedRecord:
    answers = []
    shared = changes.pop("shared", SharedUnits())
    assert isinstance(shared, SharedUnits)
    for source, base in ROWS.items():
        card = SourceCard(source, (f"{source}の所有者", f"owner of {source}"), tuple(base), timedelta(hours=48))
        change = changes.get(source, {})
        as_of = NOW - (ages or {}).get(source, timedelta(hours=10))
        if isinstance(change, (Unavailable, Records)):
            answers.append(SourceAnswer(card, NOW, change))
            continue
        rows = change if isinstance(change, list) else [change]
        answers.append(
            SourceAnswer(
                card, NOW, Records(tuple(_row(source, n, {**base, **row}, as_of) for n, row in enumerate(rows, 1)))
            )
        )
    return LinkedRecord(SupplyPoint("06" + "1" * 20), tuple(answers), shared)


def _row(source: str, number: int, values: Mapping[str, Value], as_of: datetime) -> SourceRow:
    facts = {name: Fact(name, value, source, as_of, NOW) for name, value in values.items() if value is not ...}
    return SourceRow(number, as_of, facts)
