"""The meter's answers, read back with the parsers of a HEMS library that is not ours."""

# ruff: noqa: DTZ001 - a meter keeps local time

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from momonga.momonga_echonet_data import EchonetDataParser

from keiki.protocols.echonet.frame import CONTROLLER, METER, NODE_PROFILE, Eoj, Esv, Frame, Property
from keiki.protocols.echonet.meter_class import Epc
from keiki.protocols.echonet.meter_object import Direction, EchonetReadings, MeterChoices, answer, half_hour_notice
from keiki.protocols.echonet.meter_values import Currents
from keiki.protocols.echonet.node_profile import instance_list_notice

NOW = datetime(2026, 4, 1, 9, 41, 7)


@dataclass(frozen=True)
class Steady:
    """A register that counts ten an hour since 2026-03-01, and nothing fed in."""

    def count(self, direction: Direction, moment: datetime) -> int | None:
        if direction is Direction.REVERSE or moment < datetime(2026, 3, 1):
            return None
        return int((moment - datetime(2026, 3, 1)) / timedelta(hours=1) * 10)


READINGS = EchonetReadings(
    NOW, b"\x00\x00\x77", "TMM12345678A", Decimal("0.1"), 1, 6, 1234, Currents(105, -3), Steady()
)


def ask(
    esv: Esv, *asked: Property, second: tuple[Property, ...] = (), to: Eoj = METER, choices: MeterChoices | None = None
) -> tuple[Frame | None, MeterChoices]:
    return answer(Frame(7, CONTROLLER, to, esv, asked, second), READINGS, choices or MeterChoices())


def read(epc: int, choices: MeterChoices | None = None) -> bytes:
    response, _ = ask(Esv.GET, Property(epc), choices=choices)
    assert response is not None
    assert response.esv is Esv.GET_RES
    return response.properties[0].edt


def test_an_answer_goes_back_to_who_asked() -> None:
    response, _ = ask(Esv.GET, Property(Epc.POWER), Property(Epc.CURRENTS))
    assert response is not None
    assert (response.tid, response.seoj, response.deoj, response.esv) == (7, METER, CONTROLLER, Esv.GET_RES)
    assert response.properties == (Property(0xE7, b"\x00\x00\x04\xd2"), Property(0xE8, b"\x00\x69\xff\xfd"))


def test_a_hems_library_reads_every_value() -> None:
    parser = EchonetDataParser
    assert parser.parse_serial_number(read(Epc.SERIAL)) == "TMM12345678A"
    assert parser.parse_standard_version_information(read(Epc.RELEASE)) == "F.0"
    assert parser.parse_operation_status(read(Epc.STATUS)) is True
    assert parser.parse_fault_status(read(Epc.FAULT)) is False
    assert parser.parse_current_time_setting(read(Epc.TIME)) == time(9, 41)
    assert parser.parse_current_date_setting(read(Epc.DATE)) == date(2026, 4, 1)
    assert parser.parse_unit_for_cumulative_energy(read(Epc.UNIT)) == 0.1
    assert parser.parse_measured_cumulative_energy(read(Epc.FORWARD), 1, 1) == int((31 * 24 + 9 + 41 / 60) * 10)
    assert parser.parse_measured_cumulative_energy(read(Epc.REVERSE), 1, 1) is None
    fixed = parser.parse_cumulative_energy_measured_at_fixed_time(read(Epc.FIXED_FORWARD), 1, 1)
    assert fixed == {"timestamp": datetime(2026, 4, 1, 9, 30), "cumulative energy": 7535}
    assert {int(code) for code in parser.parse_property_map(read(Epc.READABLE))} == set(Epc)


def test_the_day_of_history_is_chosen_and_what_has_not_been_is_missing() -> None:
    response, choices = ask(Esv.SETC, Property(Epc.DAY, b"\x00"))
    assert response is not None
    assert (response.esv, response.properties) == (Esv.SET_RES, (Property(Epc.DAY),))
    today = EchonetDataParser.parse_historical_cumulative_energy_1(read(Epc.DAY_FORWARD, choices), 1, 1)
    assert [point["cumulative energy"] for point in today[18:21]] == [7530, 7535, None]

    _, choices = ask(Esv.SETC, Property(Epc.DAY, b"\x20"))
    long_ago = EchonetDataParser.parse_historical_cumulative_energy_1(read(Epc.DAY_FORWARD, choices), 1, 1)
    assert {point["cumulative energy"] for point in long_ago} == {None}


def test_history_2_runs_back_from_the_chosen_half_hour() -> None:
    chosen = datetime(2026, 4, 1, 9, 30)
    _, choices = ask(Esv.SETC, Property(Epc.INTERVAL_CHOICE, bytes.fromhex("07ea0401091e02")))
    points = EchonetDataParser.parse_historical_cumulative_energy_2(read(Epc.INTERVALS, choices), 1, 1)
    assert points[0] == {
        "timestamp": chosen,
        "cumulative energy": {"normal direction": 7535, "reverse direction": None},
    }
    assert points[1]["timestamp"] == chosen - timedelta(minutes=30)


def test_what_cannot_be_read_comes_back_empty_beside_what_can() -> None:
    response, _ = ask(Esv.GET, Property(Epc.POWER), Property(0xC0))
    assert response is not None
    assert (response.esv, response.properties) == (Esv.GET_SNA, (Property(0xE7, b"\x00\x00\x04\xd2"), Property(0xC0)))


def test_what_cannot_be_set_comes_back_as_sent_and_the_rest_is_set() -> None:
    response, choices = ask(Esv.SETC, Property(Epc.DAY, b"\x05"), Property(Epc.POWER, b"\x00"), Property(0x81, b"\x08"))
    assert response is not None
    assert response.esv is Esv.SETC_SNA
    assert response.properties == (Property(Epc.DAY), Property(Epc.POWER, b"\x00"), Property(0x81))
    assert choices == MeterChoices(location=8, day=5)


def test_a_value_out_of_range_changes_nothing() -> None:
    response, choices = ask(Esv.SETC, Property(Epc.DAY, b"\x64"))
    assert response is not None
    assert response.esv is Esv.SETC_SNA
    assert choices == MeterChoices()


def test_seti_is_answered_only_when_it_fails() -> None:
    assert ask(Esv.SETI, Property(Epc.DAY, b"\x01")) == (None, MeterChoices(day=1))
    response, _ = ask(Esv.SETI, Property(Epc.POWER, b"\x01"))
    assert response is not None
    assert response.esv is Esv.SETI_SNA


def test_setget_writes_first_and_then_reads() -> None:
    response, _ = ask(Esv.SETGET, Property(Epc.DAY, b"\x03"), second=(Property(Epc.DAY),))
    assert response is not None
    assert (response.esv, response.properties, response.second) == (
        Esv.SETGET_RES, (Property(Epc.DAY),), (Property(Epc.DAY, b"\x03"),)
    )  # fmt: skip


def test_an_announcement_can_be_asked_for() -> None:
    response, _ = ask(Esv.INF_REQ, Property(Epc.STATUS))
    assert response is not None
    assert (response.esv, response.properties) == (Esv.INF, (Property(Epc.STATUS, b"\x30"),))


def test_silence_for_other_objects_and_for_answers() -> None:
    assert ask(Esv.GET, Property(0x80), to=Eoj(0x01, 0x30, 0x01))[0] is None
    assert ask(Esv.GET, Property(0x80), to=replace(METER, instance=2))[0] is None
    assert ask(Esv.GET_RES, Property(0x80, b"\x30"))[0] is None


def test_instance_zero_means_every_meter_of_the_node() -> None:
    response, _ = ask(Esv.GET, Property(0x80), to=replace(METER, instance=0))
    assert response is not None
    assert response.seoj == METER


def test_the_node_profile_says_which_objects_there_are() -> None:
    response, _ = ask(Esv.GET, Property(0xD6), Property(0xD3), to=NODE_PROFILE)
    assert response is not None
    assert response.properties == (Property(0xD6, b"\x01\x02\x88\x01"), Property(0xD3, b"\x00\x00\x01"))
    refused, _ = ask(Esv.SETC, Property(0x80, b"\x31"), to=NODE_PROFILE)
    assert refused is not None
    assert refused.esv is Esv.SETC_SNA
    assert bytes(instance_list_notice(0)).hex() == "108100000ef0010ef0017301d50401028801"


def test_after_a_half_hour_the_registers_are_announced() -> None:
    notice = half_hour_notice(READINGS)
    assert (notice.esv, notice.seoj, notice.deoj) == (Esv.INF, METER, CONTROLLER)
    assert notice.properties == (
        Property(0xEA, bytes.fromhex("07ea0401091e0000001d6f")),
        Property(0xEB, bytes.fromhex("07ea0401091e00fffffffe")),
    )


@given(
    st.sampled_from([Esv.GET, Esv.SETC, Esv.SETI, Esv.INF_REQ, Esv.INFC]),
    st.lists(st.builds(Property, st.integers(0, 255), st.binary(max_size=16)), max_size=6),
)
def test_whatever_is_asked_the_answer_is_a_frame_or_silence(esv: Esv, asked: list[Property]) -> None:
    response, _ = ask(esv, *asked)
    if response is not None:
        assert Frame.parse(bytes(response)) == response
        assert [each.epc for each in response.properties] == [each.epc for each in asked]
