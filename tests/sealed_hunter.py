"""Whoever has a stolen private key and all files: every sealed message in them that the key opens.

Looks for the frame of ``docs/formats.md`` section 3 (three byte strings in an array) at every byte of every file, opens
what is addressed to the key, and looks into what it opened. Expiry stops no thief, so none is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from files_on_disk import files_in
from keiki.protocols.sealing import message
from keiki.protocols.sealing.errors import SealingError
from keiki.protocols.sealing.fields import RECIPIENT
from keiki.protocols.sealing.identity import Identity, IdentityCard
from keiki.protocols.sealing.message import SealedMessage

_HEAD_SIZES = {0x58: 1, 0x59: 2}


def opened_by(data: bytes, key: Identity, senders: Iterable[IdentityCard]) -> list[bytes]:
    """What of ``data`` the key opens, sealed messages inside opened ones included."""
    found = []
    for sealed in _messages(data):
        for sender in senders:
            try:
                plaintext = message.unseal(sealed, key, sender)
            except SealingError:
                continue
            found += [plaintext, *opened_by(plaintext, key, senders)]
            break
    return found


def files_opened_by(folders: Iterable[Path], key: Identity, senders: Iterable[IdentityCard]) -> list[tuple[Path, int]]:
    """Each file below ``folders`` that holds something the key opens, and how many pieces."""
    counted = [(path, len(opened_by(data, key, senders))) for folder in folders for path, data in files_in(folder)]
    return [(path, count) for path, count in counted if count]


def _messages(data: bytes) -> Iterator[SealedMessage]:
    at = data.find(b"\x83\x58")
    while at >= 0:
        size = _size(data, at)
        if size:
            try:
                parsed = message.parse(data[at : at + size])
            except SealingError:
                pass
            else:
                assert RECIPIENT in parsed.header
                yield parsed
        at = data.find(b"\x83\x58", at + 1)


def _size(data: bytes, at: int) -> int:
    """The size of an array of three byte strings at ``at``, or 0."""
    end = at + 1
    for _ in range(3):
        width = _HEAD_SIZES.get(data[end] if end < len(data) else 0, 0)
        if not width:
            return 0
        end += 1 + width + int.from_bytes(data[end + 1 : end + 1 + width])
    return end - at if end <= len(data) else 0
