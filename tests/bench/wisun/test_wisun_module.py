"""What the module does with each command, without a terminal and without waiting."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from wisun_street import AUTHENTICATION_ID, MAC, PASSWORD, Street

from keiki.bench.meters.clock import JST, StoppedClock, TownClock
from keiki.bench.meters.meter import Meter, World
from keiki.bench.radio.air import Air
from keiki.bench.radio.meter_station import MeterStation
from keiki.bench.town.draw import case, draw_town
from keiki.bench.wisun.module import Pause, WisunModule
from keiki.foundation.status_items import StatusItemState
from keiki.protocols.echonet.frame import CONTROLLER, METER, Esv, Frame, Property
from keiki.protocols.echonet.meter_class import decode_property
from keiki.protocols.meter_port.messages import WriteCredential
from keiki.protocols.skstack import commands as sk
from keiki.protocols.skstack.events import (
    Datagram,
    EventNumber,
    Fail,
    ModuleEvent,
    ModuleInfo,
    Ok,
    PanDescription,
    ResponseLine,
    Said,
)

N = EventNumber
PLACE = case(draw_town(seed=1), "already_wireless")
STATION = MeterStation(Meter(PLACE, World(StoppedClock(datetime(2026, 4, 1, tzinfo=JST)), 1, bytes)))
GET_POWER = bytes(Frame(1, CONTROLLER, METER, Esv.GET, (Property(0xE7),)))


class Bench:
    """A module with its answers and the emulated seconds that each command took."""

    def __init__(self, module: WisunModule) -> None:
        self.module = module
        self.seconds = 0.0

    def do(self, command: sk.Command) -> list[Said]:
        return self.collect(self.module.execute(command))

    def collect(self, done) -> list[Said]:  # type: ignore[no-untyped-def]
        steps = list(done)
        self.seconds = sum(step.seconds for step in steps if isinstance(step, Pause))
        return [step for step in steps if not isinstance(step, Pause)]

    def numbers(self, said: list[Said]) -> list[EventNumber]:
        return [each.number for each in said if isinstance(each, ModuleEvent)]

    def find(self, authentication_id: str = AUTHENTICATION_ID, password: str = PASSWORD) -> str:
        """Do what a client does up to SKJOIN; return the meter's address."""
        self.do(sk.SetRouteBId(authentication_id))
        self.do(sk.SetPassword(password))
        found = [each for each in self.do(sk.Scan(2, 0xFFFFFFFF, 6)) if isinstance(each, PanDescription)]
        self.do(sk.SetRegister("S2", found[0].channel))
        self.do(sk.SetRegister("S3", found[0].pan))
        (line,) = self.do(sk.LinkLocal(found[0].mac))
        assert isinstance(line, ResponseLine)
        return line.text

    def join(self, password: str = PASSWORD) -> tuple[str, list[Said]]:
        address = self.find(password=password)
        return address, self.do(sk.Join(address))


def quiet_house() -> tuple[Bench, StoppedClock, Meter]:
    """A module in a house where time passes only when told."""
    clock = StoppedClock(datetime(2026, 4, 1, 9, tzinfo=JST))
    wall = Meter(PLACE, World(clock, 1, bytes))
    wall.communication.write(WriteCredential(1, AUTHENTICATION_ID, PASSWORD))
    air = Air({PLACE.supply_point: MeterStation(wall)})
    return Bench(WisunModule(MAC, PLACE.supply_point, air, clock.now, bytes)), clock, wall


@pytest.fixture
def bench(street: Street) -> Bench:
    return Bench(street.module(bytes(8)))


def test_a_scan_takes_its_time_on_every_channel_and_hears_only_the_meter_of_the_id(bench: Bench) -> None:
    bench.do(sk.SetRouteBId(AUTHENTICATION_ID))
    said = bench.do(sk.Scan(2, 0xFFFFFFFF, 6))
    assert bench.seconds == pytest.approx(28 * 0.0096 * 65)
    assert [type(each) for each in said] == [Ok, ModuleEvent, PanDescription, ModuleEvent]
    found = said[2]
    assert isinstance(found, PanDescription)
    assert found.pairing_id == AUTHENTICATION_ID[-8:]
    assert bench.numbers(said) == [N.BEACON, N.SCAN_ENDED]
    bench.do(sk.SetRouteBId("0" * 32))
    assert bench.numbers(bench.do(sk.Scan(2, 0xFFFFFFFF, 6))) == [N.SCAN_ENDED]


def test_a_channel_outside_the_mask_is_neither_waited_for_nor_heard(bench: Bench) -> None:
    address = bench.find()
    own = next(e for e in bench.do(sk.Scan(2, 0xFFFFFFFF, 4)) if isinstance(e, PanDescription)).channel - 33
    assert bench.numbers(bench.do(sk.Scan(2, ~(1 << own) & 0xFFFFFFF, 4))) == [N.SCAN_ENDED]
    assert bench.seconds == pytest.approx(27 * 0.0096 * 17)
    assert address.startswith("FE80")


def test_joining_with_the_right_password(bench: Bench, street: Street) -> None:
    address, said = bench.join()
    assert said[0] == Ok()
    assert bench.numbers(said)[-1] is N.JOINED
    assert set(bench.numbers(said)[:-1]) == {N.SENT}
    greeting = said[-1]
    assert isinstance(greeting, Datagram)
    assert Frame.parse(greeting.data).properties == (Property(0xD5, b"\x01\x02\x88\x01"),)
    assert street.meter.communication.route_b.joined == bench.module.address
    assert address == greeting.source


def test_joining_with_a_wrong_password_lights_the_meters_lamp(bench: Bench, street: Street) -> None:
    assert bench.numbers(bench.join("abcDEF01234X")[1])[-1] is N.JOIN_FAILED
    assert street.meter.communication.route_b.authentication is StatusItemState.FAILURE


def test_an_id_with_the_same_pairing_id_is_not_let_in(bench: Bench, street: Street) -> None:
    address = bench.find("F" * 24 + AUTHENTICATION_ID[-8:])
    assert bench.numbers(bench.do(sk.Join(address)))[-1] is N.JOIN_FAILED
    assert street.meter.communication.route_b.joined is None


def test_a_second_module_is_left_without_an_answer_while_one_is_joined(bench: Bench, street: Street) -> None:
    bench.join()
    second = Bench(street.module(bytes.fromhex("001D129000039999")))
    address, said = second.join()
    assert second.numbers(said) == [N.SENT] * 6 + [N.JOIN_FAILED]
    assert [each.parameter for each in said if isinstance(each, ModuleEvent)][:6] == [0] * 6
    assert second.seconds == pytest.approx(38)
    bench.do(sk.Terminate())
    assert second.numbers(second.do(sk.Join(address)))[-1] is N.JOINED


@pytest.mark.parametrize("security", [1, 2])
def test_a_datagram_is_acknowledged_and_answered(bench: Bench, security: int) -> None:
    address, _ = bench.join()
    sent, ok, answer = bench.do(sk.SendTo(1, address, 3610, security, GET_POWER))
    assert (sent, ok) == (ModuleEvent(N.SENT, address, 0), Ok())
    assert isinstance(answer, Datagram)
    assert answer.encrypted
    assert Frame.parse(answer.data).esv is Esv.GET_RES


def test_a_datagram_outside_a_session_is_not_answered(bench: Bench) -> None:
    address = bench.find()
    assert bench.do(sk.SendTo(1, address, 3610, 2, GET_POWER)) == [ModuleEvent(N.SENT, address, 0), Ok()]
    assert bench.do(sk.SendTo(1, address, 3610, 1, GET_POWER)) == [Fail(10)]
    bench.do(sk.Join(address))
    assert len(bench.do(sk.SendTo(1, address, 3610, 0, GET_POWER))) == 2
    assert len(bench.do(sk.SendTo(1, address, 3611, 2, GET_POWER))) == 2
    assert len(bench.do(sk.SendTo(1, address, 3610, 2, b"no frame"))) == 2


def test_out_of_reach_nothing_arrives(bench: Bench, street: Street) -> None:
    address, _ = bench.join()
    street.air.interfere(street.meter.supply_point, 60)
    assert bench.do(sk.SendTo(1, address, 3610, 2, GET_POWER)) == [ModuleEvent(N.SENT, address, 1), Ok()]
    assert bench.numbers(bench.do(sk.Terminate())) == [N.SENT, N.TERMINATED_UNANSWERED]
    assert bench.numbers(bench.do(sk.Scan(2, 0xFFFFFFFF, 6))) == [N.SCAN_ENDED]
    said = bench.do(sk.Join(address))
    assert [each.parameter for each in said if isinstance(each, ModuleEvent)][:6] == [1] * 6


def test_terminating_frees_the_meter(bench: Bench, street: Street) -> None:
    address, _ = bench.join()
    assert bench.do(sk.Terminate()) == [Ok(), ModuleEvent(N.SENT, address, 0), ModuleEvent(N.TERMINATED, address)]
    assert street.meter.communication.route_b.joined is None
    assert bench.do(sk.Terminate()) == [Fail(10)]


def test_a_session_lives_a_day_and_is_renewed_at_four_fifths_of_it() -> None:
    bench, clock, wall = quiet_house()
    bench.join()
    for _ in range(138):
        clock.advance(500)
        bench.collect(bench.module.wake())  # the half-hours' notices
    clock.advance(86_400 * 0.8 - 138 * 500 - 1)
    assert bench.collect(bench.module.wake()) == []
    clock.advance(1)
    assert bench.module.due == clock.now()
    said = bench.collect(bench.module.wake())
    assert (bench.numbers(said)[0], bench.numbers(said)[-1]) == (N.SESSION_EXPIRED, N.JOINED)
    wall.communication.write(WriteCredential(2, AUTHENTICATION_ID, "NEWpassword1"))
    clock.advance(86_400 * 0.8)
    said = bench.collect(bench.module.wake())
    assert (bench.numbers(said)[0], bench.numbers(said)[-1]) == (N.SESSION_EXPIRED, N.JOIN_FAILED)
    assert bench.module.due is None
    assert bench.collect(bench.module.wake()) == []


def test_after_each_half_hour_the_meter_tells_its_hems() -> None:
    bench, clock, wall = quiet_house()
    clock.advance(20 * 60)
    bench.join()
    clock.advance(10 * 60)
    (told,) = bench.collect(bench.module.wake())
    assert isinstance(told, Datagram)
    fixed, _ = Frame.parse(told.data).properties
    assert decode_property(fixed.epc, fixed.edt).count == wall.readings().half_hour_forward
    assert bench.collect(bench.module.wake()) == []
    wall.power_cycle()
    assert bench.module.due is not None


def test_rejoining(bench: Bench) -> None:
    assert bench.do(sk.Rejoin()) == [Fail(10)]
    bench.join()
    assert bench.numbers(bench.do(sk.Rejoin()))[-1] is N.JOINED


def test_a_reset_forgets_credential_session_and_registers(bench: Bench) -> None:
    address, _ = bench.join()
    bench.do(sk.SetRegister("SA2", 1))
    assert bench.do(sk.Reset()) == [Ok()]
    assert bench.module.due is None
    assert not bench.module.manner.strength
    assert bench.do(sk.Join(address)) == [Fail(10)]


def test_a_broken_unit_is_not_heard_and_answers_nothing(bench: Bench, street: Street) -> None:
    address, _ = bench.join()
    street.meter.communication.fail()
    assert bench.do(sk.SendTo(1, address, 3610, 2, GET_POWER)) == [ModuleEvent(N.SENT, address, 1), Ok()]
    assert bench.numbers(bench.do(sk.Scan(2, 0xFFFFFFFF, 6))) == [N.SCAN_ENDED]


def test_registers_and_questions(bench: Bench) -> None:
    assert bench.do(sk.SetRegister("SFE", 0)) == [Ok()]
    assert not bench.module.echoes
    assert bench.do(sk.ReadRegister("SFE")) == [ResponseLine("ESREG 0"), Ok()]
    assert bench.do(sk.ReadRegister("S99")) == [Fail(6)]
    assert bench.do(sk.SetRegister("S2", 5)) == [Fail(6)]
    assert bench.do(sk.ReadOption()) == [Ok("01")]
    bench.do(sk.WriteOption(0))
    assert bench.do(sk.ReadOption()) == [Ok("00")]
    assert bench.do(sk.Info()) == [ModuleInfo(bench.module.address, bytes(8), 33, 0xFFFF), Ok()]
    assert [type(each) for each in bench.do(sk.StackVersion())] == [ResponseLine, Ok]


COMMANDS = st.one_of(
    st.sampled_from([sk.Reset(), sk.Info(), sk.Rejoin(), sk.Terminate(), sk.ReadOption(), sk.Scan(2, 0xFFFFFFFF, 6)]),
    st.sampled_from([AUTHENTICATION_ID, "0" * 32]).map(sk.SetRouteBId),
    st.sampled_from([PASSWORD, "wrongPASSWORD"[:12]]).map(sk.SetPassword),
    st.binary(max_size=40).map(lambda data: sk.SendTo(1, STATION.address, 3610, 2, data)),
    st.just(sk.SendTo(1, STATION.address, 3610, 2, GET_POWER)),
    st.just(sk.Join(STATION.address)),
    st.sampled_from([sk.SetRegister("S2", STATION.channel), sk.SetRegister("S3", STATION.pan)]),
    st.just("wake"),
    st.floats(0, 1000).map(lambda seconds: ("wait", seconds)),
)


@given(st.lists(COMMANDS, max_size=40))
def test_whatever_is_done_a_module_is_joined_only_where_the_meter_says_so(commands: list[object]) -> None:
    bench, clock, wall = quiet_house()
    module = bench.module
    was_joined = False
    tuned = [sk.SetRegister("S2", STATION.channel), sk.SetRegister("S3", STATION.pan)]
    for command in [sk.SetRouteBId(AUTHENTICATION_ID), sk.SetPassword(PASSWORD), *tuned, *commands]:
        match command:
            case "wake":
                list(module.wake())
            case ("wait", float(seconds)):
                clock.advance(seconds)
            case _:
                list(module.execute(command))  # type: ignore[arg-type]
        if module.due is not None and module.due > clock.now():
            was_joined = True
            assert wall.communication.route_b.joined == module.address
    event("joined" if was_joined else "never joined")


def test_secrets_are_in_no_repr(bench: Bench) -> None:
    bench.find()
    shown = repr(vars(bench.module))
    assert PASSWORD not in shown
    assert AUTHENTICATION_ID not in shown


def test_emulated_time_is_never_slower_than_real() -> None:
    with pytest.raises(ValueError, match="never slower"):
        TownClock(0.5)
