"""The module's side of SKSTACK-IP: commands as the field's client writes them, events as that client reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from momonga.momonga_device import BP35A1Strategy, BP35C2Strategy, parse_sk_line
from momonga.momonga_response import SkInfoResponse, SkParsedEvent, SkParsedRxUdp, SkScanResponse

from keiki.protocols.skstack import commands
from keiki.protocols.skstack.commands import CommandRefused, Dialect, ErrorCode, SendTo, parse_command
from keiki.protocols.skstack.events import (
    Datagram,
    EventNumber,
    Fail,
    ModuleEvent,
    ModuleInfo,
    Ok,
    OutputStyle,
    PanDescription,
    encode,
    link_local,
    lqi_of,
)
from keiki.protocols.skstack.reader import CommandReader

TWO, ONE = Dialect.TWO_SIDED, Dialect.ONE_SIDED
MAC = bytes.fromhex("001D129000031234")
ADDRESS = "FE80:0000:0000:0000:021D:1290:0003:1234"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b"SKRESET", commands.Reset()),
        (b"SKINFO", commands.Info()),
        (b"SKVER", commands.StackVersion()),
        (b"SKSREG SA2 1", commands.SetRegister("SA2", 1)),
        (b"SKSREG S3 8888", commands.SetRegister("S3", 0x8888)),
        (b"SKSREG S2", commands.ReadRegister("S2")),
        (b"SKSETRBID 0123456789ABCDEF0123456789ABCDEF", commands.SetRouteBId("0123456789ABCDEF0123456789ABCDEF")),
        (b"SKSETPWD C 0123456789AB", commands.SetPassword("0123456789AB")),
        (b"SKSCAN 2 FFFFFFFF 6 0", commands.Scan(2, 0xFFFFFFFF, 6)),
        (b"SKLL64 001D129000031234", commands.LinkLocal(MAC)),
        (b"SKJOIN " + ADDRESS.encode(), commands.Join(ADDRESS)),
        (b"SKREJOIN", commands.Rejoin()),
        (b"SKTERM", commands.Terminate()),
        (b"ROPT", commands.ReadOption()),
        (b"WOPT 01", commands.WriteOption(1)),
    ],
)
def test_a_command_line_becomes_a_value(line: bytes, value: commands.Command) -> None:
    assert parse_command(line, TWO) == value


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"SKFOO", ErrorCode.UNSUPPORTED),
        (b"", ErrorCode.UNSUPPORTED),
        (b"SKJOIN", ErrorCode.WRONG_NUMBER_OF_ARGUMENTS),
        (b"SKJOIN FE80::1", ErrorCode.BAD_ARGUMENT),
        (b"SKSCAN 2 FFFFFFFF 6", ErrorCode.WRONG_NUMBER_OF_ARGUMENTS),
        (b"SKSCAN 2 FFFFFFFF F 0", ErrorCode.BAD_ARGUMENT),
        (b"SKSETPWD B 0123456789AB", ErrorCode.BAD_ARGUMENT),
        (b"SKSETRBID 0123", ErrorCode.BAD_ARGUMENT),
        (b"SKVER \xff", ErrorCode.SERIAL_INPUT),
    ],
)
def test_a_bad_line_gets_the_code_of_its_fault(line: bytes, code: ErrorCode) -> None:
    with pytest.raises(CommandRefused) as refused:
        parse_command(line, TWO)
    assert refused.value.code is code


def test_the_one_sided_module_scans_without_a_side() -> None:
    assert parse_command(b"SKSCAN 2 FFFFFFFF 6", ONE) == commands.Scan(2, 0xFFFFFFFF, 6)


@given(st.binary(max_size=60), st.sampled_from(list(Dialect)))
def test_any_line_is_a_command_or_refused(line: bytes, dialect: Dialect) -> None:
    try:
        parse_command(line, dialect)
    except CommandRefused:
        return


def test_secrets_show_in_no_repr() -> None:
    received = list(CommandReader(TWO).feed(b"SKSETPWD C abcdefGHIJKL\rSKSETRBID 0123456789ABCDEF0123456789ABCDEF\r"))
    assert "abcdef" not in repr(received)
    assert "0123456789" not in repr(received)


@given(st.binary(max_size=300), st.sampled_from([(TWO, BP35C2Strategy()), (ONE, BP35A1Strategy())]), st.data())
def test_a_datagram_may_hold_any_bytes_and_arrive_in_any_pieces(data: bytes, side, draw: st.DataObject) -> None:  # type: ignore[no-untyped-def]
    dialect, client = side
    words = client.sksendto_args(1, ADDRESS, 0x0E1A, 2, 0, len(data))
    wire = b"\r\n" + " ".join(words).encode() + b" " + data + b"SKINFO\r\n"
    cut = draw.draw(st.integers(0, len(wire)))
    reader = CommandReader(dialect)
    received = [*reader.feed(wire[:cut]), *reader.feed(wire[cut:])]
    assert [r.command for r in received] == [SendTo(1, ADDRESS, 0x0E1A, 2, data), commands.Info()]


@given(st.lists(st.binary(max_size=400)), st.sampled_from(list(Dialect)))
def test_no_bytes_break_the_reader(pieces: list[bytes], dialect: Dialect) -> None:
    reader = CommandReader(dialect)
    for piece in pieces:
        list(reader.feed(piece))


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (b"SKSENDTO 1 \r\n", ErrorCode.WRONG_NUMBER_OF_ARGUMENTS),
        (b"SKSENDTO 1 " + ADDRESS.encode() + b" 0E1A 2 0 FFFF ", ErrorCode.BAD_ARGUMENT),
        (b"SKSENDTO 9 " + ADDRESS.encode() + b" 0E1A 2 0 0001 x", ErrorCode.BAD_ARGUMENT),
        (b"x" * 300, ErrorCode.SERIAL_INPUT),
    ],
)
def test_a_bad_datagram_is_refused_and_the_line_goes_on(wire: bytes, code: ErrorCode) -> None:
    reader = CommandReader(TWO)
    refused, after = [*reader.feed(wire), *reader.feed(b"SKVER\r")]
    assert isinstance(refused.command, CommandRefused)
    assert refused.command.code is code
    assert after.command == commands.StackVersion()


def lines(said, manner: OutputStyle) -> list[str]:  # type: ignore[no-untyped-def]
    return encode(said, manner).decode().split("\r\n")[:-1]


@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_client_reads_a_scan(dialect: Dialect) -> None:
    said = PanDescription(0x21, 9, 0x8888, MAC, 0xE1, "89ABCDEF")
    strategy = BP35C2Strategy() if dialect is TWO else BP35A1Strategy()
    response = SkScanResponse(lines(said, OutputStyle(dialect)), strategy.decode_scan_side)
    assert (response.channel, response.channel_page, response.pan_id) == (0x21, 9, b"\x88\x88")
    assert (response.mac_addr, response.lqi, response.pair_id) == (MAC, 0xE1, bytes.fromhex("89ABCDEF"))


@pytest.mark.parametrize(("dialect", "side"), [(TWO, 0), (ONE, 0xFFFE)])
def test_the_client_tells_the_modules_apart(dialect: Dialect, side: int) -> None:
    response = SkInfoResponse(lines(ModuleInfo(ADDRESS, MAC, 0x21, 0x8888), OutputStyle(dialect)))
    assert (response.ip6_addr, response.mac_addr, response.channel, response.side) == (ADDRESS, MAC, 0x21, side)


@given(st.sampled_from(list(EventNumber)), st.one_of(st.none(), st.integers(0, 2)), st.sampled_from(list(Dialect)))
def test_the_client_reads_an_event(number: EventNumber, parameter: int | None, dialect: Dialect) -> None:
    strategy = BP35C2Strategy() if dialect is TWO else BP35A1Strategy()
    (line,) = lines(ModuleEvent(number, ADDRESS, parameter), OutputStyle(dialect))
    side = 0 if dialect is TWO else None
    assert parse_sk_line(line, strategy) == SkParsedEvent(number, ADDRESS, side, parameter)


@given(st.binary(min_size=1, max_size=200), st.integers(0, 255), st.booleans())
def test_the_client_reads_a_datagram(data: bytes, lqi: int, encrypted: bool) -> None:
    said = Datagram(ADDRESS, link_local(bytes(8)), 3610, 3610, MAC, lqi, encrypted, data)
    two = parse_sk_line(lines(said, OutputStyle(TWO, strength=True))[0], BP35C2Strategy())
    one = parse_sk_line(lines(said, OutputStyle(ONE, strength=True))[0], BP35A1Strategy())
    assert isinstance(two, SkParsedRxUdp)
    assert isinstance(one, SkParsedRxUdp)
    assert (two.src_addr, two.data, two.lqi, two.sec, two.side) == (ADDRESS, data, lqi, encrypted, 0)
    assert (one.src_port, one.data, one.sec) == (3610, data, encrypted)


def test_strength_is_shown_only_when_asked_and_data_in_bytes_where_chosen() -> None:
    said = Datagram("A", "B", 3610, 3610, MAC, 0xE1, True, b"\x10\x81")
    assert encode(said, OutputStyle(TWO)) == b"ERXUDP A B 0E1A 0E1A 001D129000031234 1 0 0002 1081\r\n"
    assert encode(said, OutputStyle(TWO, True)) == b"ERXUDP A B 0E1A 0E1A 001D129000031234 E1 1 0 0002 1081\r\n"
    assert (
        encode(said, OutputStyle(ONE, hexadecimal=False))
        == b"ERXUDP A B 0E1A 0E1A 001D129000031234 1 0002 \x10\x81\r\n"
    )


def test_answers() -> None:
    assert encode(Ok(), OutputStyle()) == b"OK\r\n"
    assert encode(Ok("01"), OutputStyle()) == b"OK 01\r"
    assert encode(Fail(4), OutputStyle()) == b"FAIL ER04\r\n"


def test_addresses_and_strength() -> None:
    assert link_local(MAC) == ADDRESS
    assert lqi_of(0.275 * 0xE1 - 104.27) == 0xE1
    assert (lqi_of(-200), lqi_of(50)) == (0, 255)
