"""The agent's data folder: its identity, its relay log-in, whom it trusts, and where everything lies.

DIR/settings.toml         read_settings
DIR/keys/identity.pem     who the agent is (0600)
DIR/keys/relay.nk         its log-in at the relay (0600)
DIR/office.card.json      the enrolled office
DIR/journal.sqlite3       what it did
DIR/agent.json            which process is the agent, while it is logged in at the relay
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from keiki.control.operator_messages import MESSAGES
from keiki.foundation.files.drafts import write_whole
from keiki.protocols.sealing.errors import BadIdentity
from keiki.protocols.sealing.identity import Identity, IdentityCard, Zone
from keiki.relay.client import create_login, login_name


class FolderError(Exception):
    """The data folder is not as it must be; ``text`` says what is wrong and what to do.

    ``code`` is a key of :data:`MESSAGES`.
    """

    def __init__(self, code: str, **values: object) -> None:
        self.text = MESSAGES[code].format(**values)
        super().__init__(self.text.en)


@dataclass(frozen=True)
class Folder:
    """A control agent's data folder."""

    path: Path

    @property
    def settings(self) -> Path:
        """Where the settings are."""
        return self.path / "settings.toml"

    @property
    def journal(self) -> Path:
        """Where the journal is."""
        return self.path / "journal.sqlite3"

    @property
    def ready(self) -> Path:
        """What says that the agent is at work."""
        return self.path / "agent.json"

    @property
    def login(self) -> Path:
        """Where the seed of the relay log-in is."""
        return self.path / "keys" / "relay.nk"

    @property
    def lock(self) -> Path:
        """What a running agent holds."""
        return self.path / "run.lock"

    @property
    def _identity(self) -> Path:
        return self.path / "keys" / "identity.pem"

    @property
    def _office(self) -> Path:
        return self.path / "office.card.json"

    def make(self, name: str) -> None:
        """Make folder, identity and log-in; what is there already stays as it is."""
        (self.path / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        if not self._identity.exists():
            _write_private(self._identity, Identity.generate(Zone.CONTROL, name).to_pem())
        if not self.login.exists():
            create_login(self.login)

    def identity(self) -> Identity:
        """Read who the agent is."""
        try:
            if self._identity.stat().st_mode & 0o077:
                raise FolderError("identity_open", file=self._identity)
            return Identity.from_pem(self._identity.read_bytes())
        except FileNotFoundError:
            raise FolderError("identity_missing", file=self._identity) from None
        except BadIdentity as error:
            raise FolderError("identity_bad", file=self._identity, why=error) from error

    def office(self) -> IdentityCard:
        """Read the enrolled office's card."""
        try:
            return _office_card(self._office.read_bytes())
        except FileNotFoundError:
            raise FolderError("no_office") from None

    def trust_office(self, card: bytes) -> IdentityCard:
        """Enrol the office's card in place of the one before, and return it."""
        read = _office_card(card)
        write_whole(self._office, read.to_json().encode())
        return read

    def back_up_journal(self, out: Path) -> Path:
        """Copy the journal, whole and of one moment, to ``out`` (mode 0600), whoever writes to it meanwhile."""
        if not self.journal.exists():
            raise FolderError("journal_missing", file=self.journal)
        _write_private(out, b"")
        there = f"{self.journal.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(there, uri=True)) as journal, closing(sqlite3.connect(out)) as copy:
            journal.backup(copy)
        return out

    def login_name(self) -> str:
        """The public name that the relay's operator allows."""
        return login_name(self.login)


def _office_card(data: bytes) -> IdentityCard:
    try:
        card = IdentityCard.from_json(data)
    except BadIdentity as error:
        raise FolderError("office_card_bad", why=error) from error
    if card.zone is not Zone.OFFICE:
        raise FolderError("not_an_office", zone=card.zone)
    return card


def _write_private(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
