"""The maintenance port's bytes: what is sent comes back, anything else is skipped or refused by the one error."""

import contextlib
import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keiki.foundation.status_items import StatusItemState, UnitCondition
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.codec import Envelope, decode, encode
from keiki.protocols.meter_port.errors import MeterPortError
from keiki.protocols.meter_port.framing import MAX_BODY, FrameReader, frame

VECTORS = Path(__file__).parents[3] / "vectors/meter-port"
CASES = [json.loads(path.read_text()) for path in sorted(VECTORS.glob("*.json"))]

generations = st.integers(0, m.MAX_GENERATION)
octets = st.binary(max_size=256)
serials = st.from_regex(r"[0-9A-Z-]{0,24}", fullmatch=True)
models = st.from_regex(r"[0-9A-Za-z-]{0,20}", fullmatch=True)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
clocks = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=zones).map(  # noqa: DTZ001
    lambda t: t.replace(microsecond=0)
)
lamps = st.sampled_from(StatusItemState)
messages = st.one_of(
    st.sampled_from([m.Identify(), m.ReadMeterStatus(), m.ReadGeneration(), m.AuthenticateBegin()]),
    st.sampled_from([m.Accepted(), m.AlreadyHeld(), *map(m.Refused, m.MeterRefusalReason)]),
    st.builds(m.Generation, generations),
    st.builds(m.AuthenticateFinish, octets),
    st.builds(m.Challenge, octets),
    st.builds(m.Confirmation, octets),
    st.builds(m.MeterStatus, lamps, lamps, lamps, st.sampled_from(UnitCondition), clocks),
    st.builds(m.MeterStatus, lamps, lamps, lamps, st.sampled_from(UnitCondition), clocks, st.integers(1, 900_000_000)),
    st.builds(
        m.WriteCredential,
        st.integers(1, m.MAX_GENERATION),
        st.from_regex(r"[0-9A-F]{32}", fullmatch=True),
        st.from_regex(r"[0-9A-Za-z]{12}", fullmatch=True),
    ),
    st.builds(
        m.MeterIdentity,
        *(serials, models, serials, models, serials, models, models),
        st.from_regex(r"[0-9]{22}|", fullmatch=True),
    ),
)
envelopes = st.builds(Envelope, serials, st.integers(0, 65535), messages)


@given(envelopes)
def test_what_is_encoded_is_decoded(envelope: Envelope) -> None:
    body = encode(envelope)
    assert len(body) <= MAX_BODY
    assert decode(body) == envelope


@given(st.binary(max_size=80))
def test_any_bytes_decode_or_raise_the_one_error(body: bytes) -> None:
    with contextlib.suppress(MeterPortError):
        assert encode(decode(body)) == body


scalars = st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.text(max_size=40), octets, st.floats())


@given(st.lists(st.one_of(scalars, st.lists(scalars, max_size=2), st.dictionaries(st.text(), scalars, max_size=2))))
def test_any_cbor_array_decodes_or_raises_the_one_error(items: list[object]) -> None:
    body = cbor2.dumps(items, canonical=True)
    with contextlib.suppress(MeterPortError):
        assert encode(decode(body)) == body


@given(envelopes, st.data())
def test_a_message_with_one_field_changed_decodes_or_raises_the_one_error(
    envelope: Envelope, data: st.DataObject
) -> None:
    items = cbor2.loads(encode(envelope))
    items[data.draw(st.integers(0, len(items) - 1))] = data.draw(scalars)
    body = cbor2.dumps(items, canonical=True)
    with contextlib.suppress(MeterPortError):
        assert encode(decode(body)) == body


def shown(envelope: Envelope) -> str:
    """What was read, without an optional field that is absent: vectors of before it stay as they are."""
    return without_class_names(repr(envelope).replace(", last_exchange=None", ""))


def without_class_names(text: str) -> str:
    """Leave fields and values alone: vectors outlive names of classes, and the bytes tell the kind."""
    return re.sub(r"\b[A-Z]\w*(?=\()|(?<=<)[A-Z]\w*(?=\.)", "", text)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_vectors(case: dict[str, str]) -> None:
    data = bytes.fromhex(case["bytes"])
    bodies = FrameReader().feed(data)
    if case["layer"] == "frame":
        assert bodies == []
    elif case["layer"] == "message":
        (body,) = bodies
        with pytest.raises(MeterPortError):
            decode(body)
    else:
        (body,) = bodies
        assert shown(decode(body)) == without_class_names(case["reads"])
        assert frame(encode(decode(body))) == data


@given(st.lists(st.binary(min_size=1, max_size=60), max_size=6), st.data())
def test_frames_in_noise_in_any_pieces_are_all_found(bodies: list[bytes], data: st.DataObject) -> None:
    noise = st.binary(max_size=20).filter(lambda n: b"K" not in n)
    stream = b"".join(data.draw(noise) + frame(body) for body in bodies)
    reader, found = FrameReader(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        found += reader.feed(stream[:cut])
        stream = stream[cut:]
    assert found == bodies


@given(st.lists(st.one_of(st.binary(max_size=30), st.just(b"KMP1"), st.just(b"KMP1\x00\x02")), max_size=8))
def test_any_bytes_feed_without_error_and_are_accounted_for(pieces: list[bytes]) -> None:
    reader = FrameReader()
    found = [body for piece in pieces for body in reader.feed(piece)]
    reader.reset()
    assert sum(map(len, pieces)) == reader.discarded + sum(len(frame(body)) for body in found)


def test_a_frame_cut_short_does_not_swallow_the_next_after_a_reset() -> None:
    reader = FrameReader()
    assert reader.feed(frame(b"first")[:-2]) == []
    reader.reset()
    assert reader.feed(frame(b"second")) == [b"second"]


def test_a_frame_cut_short_is_given_up_once_the_bytes_show_it() -> None:
    reader = FrameReader()
    whole = frame(b"second")
    assert reader.feed(frame(b"x" * 12)[:-6] + whole) == [b"second"]


@pytest.mark.parametrize("body", [b"", bytes(MAX_BODY + 1)])
def test_a_frame_of_no_length_or_too_much_is_not_made(body: bytes) -> None:
    with pytest.raises(MeterPortError):
        frame(body)


CLOCK = datetime.fromisoformat("2026-11-23T17:05:45+09:00")
OPEN = StatusItemState.CLEAR, StatusItemState.CLEAR, StatusItemState.CLEAR, UnitCondition.NORMAL


def test_a_status_without_last_exchange_has_the_bytes_of_before() -> None:
    (case,) = (each for each in CASES if each["name"] == "status")
    status = m.MeterStatus(
        StatusItemState.CLEAR, StatusItemState.FAILURE, StatusItemState.FAILURE, UnitCondition.NORMAL, CLOCK
    )
    assert frame(encode(Envelope("", 1, status))).hex() == case["bytes"]


@pytest.mark.parametrize("fast", [-3600, 0, 7])
def test_a_last_exchange_is_told_by_the_readers_clock_whatever_the_meters_shows(fast: int) -> None:
    now = int(CLOCK.timestamp())
    clock = CLOCK + timedelta(seconds=fast)
    assert m.MeterStatus(*OPEN, clock, now + fast - 105).last_exchange_by(now) == now - 105
    assert m.MeterStatus(*OPEN, clock, now + fast).last_exchange_by(now) == now


def test_a_last_exchange_that_is_absent_or_absurd_has_no_time_by_the_readers_clock() -> None:
    now = int(CLOCK.timestamp())
    assert m.MeterStatus(*OPEN, CLOCK).last_exchange_by(now) is None
    assert m.MeterStatus(*OPEN, CLOCK, 1).last_exchange_by(now) == 1
    assert m.MeterStatus(*OPEN, CLOCK, 1).last_exchange_by(now - 1) is None


def test_secrets_do_not_show() -> None:
    write = m.WriteCredential(3, "0123456789ABCDEF" * 2, "Secret123456")
    assert repr(write) == "WriteCredential(generation=3)"
    with pytest.raises(MeterPortError) as refused:
        m.WriteCredential(3, "0123456789ABCDEF" * 2, "Secret 23456")
    assert "Secret" not in str(refused.value)
    body = encode(Envelope("", 1, write)).replace(b"Secret123456", b"Secret 23456")
    with pytest.raises(MeterPortError) as refused:
        decode(body)
    assert "Secret" not in f"{refused.value!r}{refused.value.__cause__}{refused.value.__context__}"
