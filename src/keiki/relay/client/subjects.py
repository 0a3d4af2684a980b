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
class RelayChannel:
    """One direction: who puts, who fetches, and the subjects this takes."""

    stream: str
    subject: str
    puts: Side
    fetches: Side
    unacknowledged: int
    """How many delivered messages may wait for their acknowledgement before the server delivers no more."""

    @property
    def delivery_subject(self) -> str:
        """Where the server delivers to the fetching side."""
        return f"{self.subject}.delivered"

    @property
    def ack_prefix(self) -> str:
        """What the subject of every acknowledgement begins with."""
        return f"$JS.ACK.{self.stream}.{self.fetches.value}."

    @property
    def ack_subjects(self) -> str:
        """Where the fetching side acknowledges."""
        return f"{self.ack_prefix}>"


COMMANDS = RelayChannel("COMMANDS", "keiki.commands", Side.OFFICE, Side.CONTROL, unacknowledged=20_000)
"""The agent holds a command until it is answered, and a silent meter's until it expires: the bound is wide."""
RESULTS = RelayChannel("RESULTS", "keiki.results", Side.CONTROL, Side.OFFICE, unacknowledged=512)
"""The office acknowledges once it has committed: the bound is what it takes in well below ``redeliver_seconds``."""
CHANNELS = (COMMANDS, RESULTS)


def put_by(side: Side) -> RelayChannel:
    """Return the channel that ``side`` puts on."""
    return COMMANDS if side is Side.OFFICE else RESULTS


def fetched_by(side: Side) -> RelayChannel:
    """Return the channel that ``side`` fetches from."""
    return RESULTS if side is Side.OFFICE else COMMANDS
