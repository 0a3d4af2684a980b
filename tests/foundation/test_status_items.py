"""The status items stand in one table: every format, the diagnosis and the screens have each of them, in its order."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from keiki.domain.diagnosis import ReadingMethod, StatusReport
from keiki.domain.diagnosis.table import DiagnosisRow
from keiki.domain.diagnosis.words import STATES
from keiki.foundation.status_items import STATUS_ITEMS, UnitStatus, read_states
from keiki.protocols.meter_port.errors import MeterPortError
from keiki.protocols.meter_port.messages import MeterStatus
from keiki.protocols.relay.messages import StatusItems

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
IDS = [item.id for item in STATUS_ITEMS]
GOOD = {item.id: item.states.of(fault=False).value for item in STATUS_ITEMS}
STATUSES = [
    MeterStatus(**GOOD, clock=AT),
    StatusItems(**GOOD, read_at=1),
    StatusReport(**GOOD, read_at=AT, how=ReadingMethod.REMOTE),
]


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: type(status).__name__)
def test_every_status_has_each_item_first_and_in_order(status):
    assert [f.name for f in fields(status)][: len(IDS)] == IDS
    assert status.words() == GOOD
    assert read_states({**GOOD, "read_at": "x"}) == status.states()


def test_each_line_of_the_diagnosis_has_a_column_for_each_item():
    columns = {f.name for f in fields(DiagnosisRow)} - {"id", "source"}
    assert columns == set(IDS)


def test_each_state_of_each_item_has_its_word():
    assert {state.value for item in STATUS_ITEMS for state in item.states} <= set(STATES)


@pytest.mark.parametrize("item", STATUS_ITEMS, ids=lambda item: item.id)
def test_an_item_has_a_good_state_and_a_fault(item):
    good, bad = item.states
    assert (good.is_fault, bad.is_fault) == (False, True)
    assert (item.states.of(fault=False), item.states.of(fault=True)) == (good, bad)


@pytest.mark.parametrize("wrong", ["", "CLEAR", "unknown", None, 0, b"clear", ["clear"]])
@pytest.mark.parametrize("item", IDS)
@pytest.mark.parametrize("status", STATUSES, ids=lambda status: type(status).__name__)
def test_no_status_takes_a_state_that_its_item_cannot_have(status, item, wrong):
    with pytest.raises(MeterPortError if isinstance(status, MeterStatus) else ValueError):
        replace(status, **{item: wrong})


def test_an_item_that_is_absent_is_no_status():
    with pytest.raises(KeyError):
        read_states({name: word for name, word in GOOD.items() if name != IDS[-1]})
    with pytest.raises(TypeError):
        UnitStatus(**{name: word for name, word in GOOD.items() if name != IDS[-1]})
