"""How a module finds its meter: it asks on each channel for a pairing ID, and listens for as long as it was told.

The time on a channel is 9.6 ms x (2^duration + 1): 960 symbols of 10 microseconds, by the MAC's scan duration
(IEEE 802.15.4, section 6.3.1). A meter answers only who asks for its own pairing ID.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keiki.bench.radio.air import Air, HeardStation

FIRST_CHANNEL, CHANNELS = 33, 28
_UNIT_SECONDS = 0.0096


@dataclass(frozen=True)
class ScannedChannel:
    """A channel on which the module listened for so many seconds, and the meters that answered there."""

    seconds: float
    answered: tuple[HeardStation, ...]


def scan(air: Air, supply_point: str, pairing_id: str, mask: int, duration: int) -> Iterator[ScannedChannel]:
    """Yield each channel that ``mask`` has (bit 0 is channel 33), as the module in a house hears it."""
    for nth in range(CHANNELS):
        if mask >> nth & 1:
            answered = tuple(
                heard
                for heard in air.heard_at(supply_point)
                if heard.station.channel == FIRST_CHANNEL + nth and heard.station.announces(pairing_id)
            )
            yield ScannedChannel(_UNIT_SECONDS * (2**duration + 1), answered)
