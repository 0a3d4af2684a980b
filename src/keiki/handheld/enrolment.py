"""Making a device, and telling it whose signature to trust.

``DIR/keys/identity.pem`` (mode 0600) holds the device's keys; ``DIR/office.json`` the card of the office. Both are
written beside their place and moved there, so that a device that dies half-way has the old or the new, never a half.
"""

from __future__ import annotations

import os
from pathlib import Path

from keiki.foundation.files.drafts import PUBLIC, write_whole
from keiki.foundation.files.opening import opening_refusal, read_input
from keiki.handheld.enrolment_messages import MESSAGES
from keiki.handheld.settings import FIRST
from keiki.protocols.sealing.errors import BadIdentity
from keiki.protocols.sealing.identity import Identity, IdentityCard, Zone

IDENTITY = Path("keys", "identity.pem")
OFFICE = Path("office.json")
SETTINGS = Path("settings.toml")


class EnrolmentError(Exception):
    """The device or the office's card is not as it must be; ``text`` says what to do.

    ``code`` is a key of :data:`MESSAGES`.
    """

    def __init__(self, code: str, **values: object) -> None:
        self.text = MESSAGES[code].format(**values)
        super().__init__(self.text.en)


def make_device(folder: Path, name: str) -> IdentityCard:
    """Make a device's folder, keys and first settings; return its card. A device that exists is left as it is."""
    if (folder / IDENTITY).exists():
        raise EnrolmentError("device_exists")
    try:
        identity = Identity.generate(Zone.HANDHELD, name)
    except BadIdentity as error:
        raise EnrolmentError("bad_name", why=error) from None
    (folder / IDENTITY.parent).mkdir(parents=True, exist_ok=True, mode=0o700)
    for private in (folder, folder / IDENTITY.parent):
        private.chmod(0o700)
    if not (folder / SETTINGS).exists():
        write_durably(folder / SETTINGS, FIRST.encode())
    write_durably(folder / IDENTITY, identity.to_pem())
    return identity.card


def read_identity(folder: Path) -> Identity:
    """Read the device's keys; refuse a file that others may read."""
    path = folder / IDENTITY
    try:
        if path.stat().st_mode & 0o077:
            raise EnrolmentError("keys_open")
        return Identity.from_pem(path.read_bytes())
    except OSError:
        raise EnrolmentError("no_device") from None
    except BadIdentity as error:
        raise EnrolmentError("bad_identity", why=error) from None


def trust_office(folder: Path, card: Path, replace: bool) -> IdentityCard:
    """Enrol the office's card. Another office than the enrolled one is taken only with ``replace``."""
    try:
        office = IdentityCard.from_json(read_input(card))
    except OSError as error:
        raise EnrolmentError("card_unreadable", why=opening_refusal(error)) from None
    except BadIdentity as error:
        raise EnrolmentError("bad_identity", why=error) from None
    if office.zone is not Zone.OFFICE:
        raise EnrolmentError("not_an_office")
    if not replace and read_office(folder) not in (None, office):
        raise EnrolmentError("another_office")
    write_durably(folder / OFFICE, office.to_json().encode())
    return office


def read_office(folder: Path) -> IdentityCard | None:
    """Return the enrolled office's card, or None."""
    try:
        return IdentityCard.from_json((folder / OFFICE).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, BadIdentity):
        raise EnrolmentError("office_damaged") from None


def write_card(out: Path, card: IdentityCard) -> None:
    """Write a card as the office enrols it; everybody may read it (0644), for a card is public."""
    try:
        write_whole(out, card.to_json().encode(), mode=PUBLIC)
    except OSError as error:
        raise EnrolmentError("card_unwritten", file=out, why=opening_refusal(error)) from None


def write_durably(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 so that after a power cut it is there whole or not at all."""
    write_whole(path, content)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
