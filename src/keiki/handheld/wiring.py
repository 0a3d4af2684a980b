"""How a device is put together from its folder."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from keiki.foundation.program.data_folder import refuse_file, require_made
from keiki.foundation.text.bilingual import Bilingual
from keiki.handheld import enrolment, log, memory
from keiki.handheld.journal import VisitJournal
from keiki.handheld.port import MeterLine, open_line
from keiki.handheld.refusals import DeviceRefusal
from keiki.handheld.settings import DeviceSettings, read_settings
from keiki.protocols.sealing.identity import Identity, IdentityCard

DEVICE = Bilingual(ja="ハンディ端末", en="hand-held device")


@dataclass(frozen=True)
class Device:
    """A device at work: settings, keys, the office it trusts, its journal, its clock (Unix seconds) and its dice."""

    settings: DeviceSettings
    identity: Identity
    office: IdentityCard
    journal: VisitJournal
    clock: Callable[[], int]
    random_bytes: Callable[[int], bytes]

    def open_port(self, port: str) -> MeterLine:
        """Open the meter's port: the one given, else the one of the settings."""
        chosen = self.settings
        return open_line(
            port or chosen.port, chosen.baud_rate, chosen.answer_seconds, sockets_allowed=chosen.allow_socket_port
        )


def prepare(folder: Path, *, logged: bool, new: bool = False) -> DeviceSettings:
    """Do what every command does first: forbid core dumps, set up the log, read the settings.

    Raises :class:`FolderNotMade` where there is no device in the folder, unless a ``new`` one is to be made there.
    """
    memory.forbid_core_dumps()
    log.configure(shown=logged)
    os.umask(0o077)
    if new:
        refuse_file(folder)
    else:
        signs = (str(enrolment.SETTINGS), str(enrolment.IDENTITY), "journal.db")
        require_made(folder, signs, DEVICE, "handheld init --data {} --name HHD-07")
    return read_settings(folder / enrolment.SETTINGS)


@contextmanager
def device(folder: Path, *, logged: bool = True) -> Iterator[Device]:
    """Open the device in ``folder`` for one command; only one command with the journal runs at a time."""
    settings = prepare(folder, logged=logged)
    identity, office = enrolment.read_identity(folder), enrolment.read_office(folder)
    if office is None:
        raise DeviceRefusal("no_office")
    with _exclusive(folder):
        journal = VisitJournal(folder / "journal.db")
        try:
            journal.erase_expired(int(time.time()))
            yield Device(settings, identity, office, journal, lambda: int(time.time()), os.urandom)
        finally:
            journal.close()


@contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    handle = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise DeviceRefusal("device_busy") from None
    finally:
        os.close(handle)
