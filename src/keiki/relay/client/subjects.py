"""The names both sides and the server agree on: two streams, one for each direction.

``COMMANDS`` carries what the office puts and control fetches, ``RESULTS`` the reverse. Each has exactly one durable
consumer, named after the side that fetches.
"""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """The two sides of the relay."""

    OFFICE = "office"
    CONTROL = "control"

    @property
    def inbox_prefix(self) -> str:
        """Below what answers come to this side; it may subscribe to nothing else."""
        return f"_INBOX.{self.value}"


@dataclass(frozen=True)
class Channel:
    """One direction: who puts, who fetches, and the subjects this takes."""

    stream: str
    subject: str
    puts: Side
    fetches: Side

    @property
    def next_subject(self) -> str:
        """Where the fetching side asks for the next messages."""
        return f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{self.fetches.value}"

    @property
    def ack_subjects(self) -> str:
        """Where the fetching side acknowledges."""
        return f"$JS.ACK.{self.stream}.{self.fetches.value}.>"


COMMANDS = Channel("COMMANDS", "keiki.commands", puts=Side.OFFICE, fetches=Side.CONTROL)
RESULTS = Channel("RESULTS", "keiki.results", puts=Side.CONTROL, fetches=Side.OFFICE)
CHANNELS = (COMMANDS, RESULTS)


def put_by(side: Side) -> Channel:
    """Return the channel that ``side`` puts on."""
    return COMMANDS if side is Side.OFFICE else RESULTS


def fetched_by(side: Side) -> Channel:
    """Return the channel that ``side`` fetches from."""
    return RESULTS if side is Side.OFFICE else COMMANDS
