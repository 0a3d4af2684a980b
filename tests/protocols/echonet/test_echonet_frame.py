"""Frames and properties: any bytes parse or raise the one documented error; what parses is written back as it was."""

# ruff: noqa: DTZ001 - a meter keeps local time

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from momonga.momonga_echonet_data import EchonetDataParser

from keiki.protocols.echonet.frame import (
    CONTROLLER,
    METER,
    Eoj,
    Esv,
    Frame,
    MalformedFrame,
    MalformedProperty,
    Property,
)
from keiki.protocols.echonet.meter_class import Epc, decode_property, encode_property
from keiki.protocols.echonet.meter_values import IntervalChoice
from keiki.protocols.echonet.property_map import decode_property_map, encode_property_map

BYTE = st.integers(0, 255)
LISTS = st.lists(st.builds(Property, BYTE, st.binary(max_size=255)), max_size=5).map(tuple)
EOJS = st.builds(Eoj, BYTE, BYTE, BYTE)
TWO_LISTS = [Esv.SETGET, Esv.SETGET_RES, Esv.SETGET_SNA]
FRAMES = st.one_of(
    st.builds(
        Frame, st.integers(0, 0xFFFF), EOJS, EOJS, st.sampled_from([e for e in Esv if e not in TWO_LISTS]), LISTS
    ),
    st.builds(Frame, st.integers(0, 0xFFFF), EOJS, EOJS, st.sampled_from(TWO_LISTS), LISTS, LISTS),
)
GET_POWER = bytes.fromhex("1081 0001 05ff01 028801 62 01 e7 00")


def test_a_request_to_read_the_power_as_the_field_writes_it() -> None:
    frame = Frame(1, CONTROLLER, METER, Esv.GET, (Property(Epc.POWER),))
    assert bytes(frame) == GET_POWER
    assert Frame.parse(GET_POWER) == frame


@given(FRAMES)
def test_a_frame_survives_the_wire(frame: Frame) -> None:
    assert Frame.parse(bytes(frame)) == frame


@given(st.one_of(st.binary(max_size=80), st.binary(max_size=40).map(lambda tail: GET_POWER[:10] + tail)))
def test_any_bytes_are_a_frame_or_malformed(data: bytes) -> None:
    try:
        frame = Frame.parse(data)
    except MalformedFrame:
        return
    assert bytes(frame) == data


@given(FRAMES, st.data())
def test_no_frame_may_lose_or_gain_bytes(frame: Frame, data: st.DataObject) -> None:
    wire = bytes(frame)
    cut = data.draw(st.integers(0, len(wire) - 1))
    with pytest.raises(MalformedFrame):
        Frame.parse(wire[:cut])
    with pytest.raises(MalformedFrame):
        Frame.parse(wire + b"\x00")


@pytest.mark.parametrize(
    ("case", "wire"),
    [
        ("arbitrary message format", "1082 0001 05ff01 028801 62 01 e7 00"),
        ("unknown service", "1081 0001 05ff01 028801 6f 01 e7 00"),
        ("length points past the end", "1081 0001 05ff01 028801 62 01 e7 01"),
        ("second list missing", "1081 0001 05ff01 028801 6e 00"),
    ],
)
def test_malformed(case: str, wire: str) -> None:
    with pytest.raises(MalformedFrame):
        Frame.parse(bytes.fromhex(wire))


def test_only_setget_carries_two_lists() -> None:
    with pytest.raises(ValueError, match="one list"):
        Frame(1, CONTROLLER, METER, Esv.GET, (), (Property(0xE7),))


@given(st.sets(st.integers(0x80, 0xFF)))
def test_a_property_map_survives_and_the_field_reads_it_alike(codes: set[int]) -> None:
    edt = encode_property_map(codes)
    assert decode_property_map(edt) == codes
    assert len(edt) == (1 + len(codes) if len(codes) < 16 else 17)
    assert {int(code) for code in EchonetDataParser.parse_property_map(edt)} == codes


@given(st.sampled_from(list(Epc)), st.binary(max_size=200))
def test_any_property_bytes_are_a_value_or_malformed(epc: Epc, edt: bytes) -> None:
    try:
        value = decode_property(epc, edt)
    except MalformedProperty:
        return
    if epc not in (Epc.ANNOUNCED, Epc.SETTABLE, Epc.READABLE, Epc.INTERVAL_CHOICE, Epc.INTERVALS):
        assert encode_property(epc, value) == edt
    assert decode_property(epc, encode_property(epc, value)) == value


@given(st.binary(min_size=194, max_size=194))
def test_a_day_record_survives(edt: bytes) -> None:
    assert encode_property(Epc.DAY_FORWARD, decode_property(Epc.DAY_FORWARD, edt)) == edt


def test_a_property_outside_the_class_is_malformed() -> None:
    with pytest.raises(MalformedProperty, match="F0"):
        decode_property(0xF0, b"\x00")


@pytest.mark.parametrize(
    ("until", "points"),
    [(datetime(2026, 4, 1, 9, 30), 0), (datetime(2026, 4, 1, 9, 30), 13), (datetime(2026, 4, 1, 9, 31), 1)],
)
def test_history_2_is_chosen_by_half_hours(until: datetime, points: int) -> None:
    with pytest.raises(ValueError, match="history 2"):
        IntervalChoice(until, points)
