"""The fields that messages are made of: what a value may be, and how it stands in CBOR.

Each ``check_*`` takes a value of Keiki and raises :class:`ValueError` where a caller gave a wrong one; each ``read_*``
takes an item out of a message and raises :class:`Malformed`. The limits are those of ``docs/formats.md`` section 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from keiki.protocols.sealing.cbor import Item
from keiki.protocols.sealing.errors import Malformed

T = TypeVar("T")

VERSION, PURPOSE, RECIPIENT, EXPIRES, SUPPLY_POINT, UNIT, GENERATION, MESSAGE_ID = range(1, 9)

KEY_ID_SIZE = 8
MESSAGE_ID_SIZE = 16
MAX_TIME = (1 << 40) - 1
MAX_GENERATION = (1 << 32) - 1
_SUPPLY_POINT = re.compile(r"[0-9]{22}")
_REASON = re.compile(r"[a-z0-9_-]{0,40}")
_SERIAL = re.compile(r"[A-Z0-9][A-Z0-9-]{0,23}")


def check_supply_point(number: str) -> None:
    """Require the bare 22 digits."""
    if not (type(number) is str and _SUPPLY_POINT.fullmatch(number)):
        raise ValueError("a supply point is given as its 22 digits")


def check_serial(serial: str) -> None:
    """Require a serial or work order number: 1 to 24 of A-Z, 0-9 and hyphen, not starting with a hyphen."""
    if not (type(serial) is str and _SERIAL.fullmatch(serial)):
        raise ValueError("a serial or work order number has 1 to 24 characters A-Z, 0-9 or hyphen")


def check_generation(generation: int) -> None:
    """Require a generation: 1 to 2^32 - 1."""
    if not (type(generation) is int and 1 <= generation <= MAX_GENERATION):
        raise ValueError("a generation is a whole number from 1")


def check_held_generation(generation: int) -> None:
    """Require the generation that a meter holds: 0 where none was ever written, to 2^32 - 1."""
    if not (type(generation) is int and 0 <= generation <= MAX_GENERATION):
        raise ValueError("the generation that a meter holds is a whole number from 0")


def check_time(seconds: int) -> None:
    """Require whole Unix seconds: 1 to 2^40 - 1."""
    if not (type(seconds) is int and 1 <= seconds <= MAX_TIME):
        raise ValueError("a time is given in whole Unix seconds, as an int")


def check_reason(reason: str) -> None:
    """Require a reason code: 0 to 40 of a-z, 0-9, underscore and hyphen."""
    if not (type(reason) is str and _REASON.fullmatch(reason)):
        raise ValueError("a reason is a code of at most 40 characters a-z, 0-9, underscore or hyphen")


def check_bytes(value: bytes, size: int, name: str) -> None:
    """Require exactly ``size`` bytes; ``name`` says in the error which field it was."""
    if not (type(value) is bytes and len(value) == size):
        raise ValueError(f"a {name} has {size} bytes")


def pack_supply_point(number: str) -> bytes:
    """Put 22 digits into 11 bytes."""
    return bytes.fromhex(number)


def read_supply_point(item: Item) -> str:
    """Take 22 digits out of 11 bytes."""
    return _read(read_bytes(item, 11).hex(), str, check_supply_point)


def read_bytes(item: Item, size: int) -> bytes:
    """Take exactly ``size`` bytes."""
    return _read(item, bytes, lambda value: check_bytes(value, size, "field"))


def read_key_id(item: Item) -> bytes:
    """Take a key id."""
    return read_bytes(item, KEY_ID_SIZE)


def read_message_id(item: Item) -> bytes:
    """Take a message id."""
    return read_bytes(item, MESSAGE_ID_SIZE)


def read_serial(item: Item) -> str:
    """Take a serial or work order number."""
    return _read(item, str, check_serial)


def read_generation(item: Item) -> int:
    """Take a generation."""
    return _read(item, int, check_generation)


def read_held_generation(item: Item) -> int:
    """Take the generation that a meter holds."""
    return _read(item, int, check_held_generation)


def read_time(item: Item) -> int:
    """Take Unix seconds."""
    return _read(item, int, check_time)


def read_reason(item: Item) -> str:
    """Take a reason code."""
    return _read(item, str, check_reason)


def _read(item: Item, kind: type[T], check: Callable[[T], None]) -> T:
    if not isinstance(item, kind):
        raise Malformed
    try:
        check(item)
    except ValueError:
        raise Malformed from None
    return item


def read_map(item: Item, required: frozenset[int], optional: frozenset[int] = frozenset()) -> Mapping[int, Item]:
    """Take a map that has every required key and no other than these and the optional ones."""
    if not isinstance(item, dict) or not required <= item.keys() <= required | optional:
        raise Malformed
    return item
