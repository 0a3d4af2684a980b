"""The one file that puts the office's parts together: settings, keys, sources, catalogue, vault, senders, relay.

Nothing is opened before it is asked for, so that a command needs no more of the settings than what it uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from keiki.catalogues import find_catalogue, shipped_names
from keiki.office.audit.checkpoints import CheckpointFile
from keiki.office.audit.services import Act
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.catalogues.cache import catalogue_in_force
from keiki.office.config.folder import BadSettings, DataFolder, utf8
from keiki.office.config.place import where_from
from keiki.office.contracts.addressing import ContactUse, addressee_of_delivery
from keiki.office.contracts.answers import ANSWERS
from keiki.office.contracts.services import rewritten
from keiki.office.credentials.vault import Vault
from keiki.office.delivery.letter import LetterPost
from keiki.office.delivery.mail import PasswordMail
from keiki.office.delivery.models import Delivery
from keiki.office.delivery.services import CustomerOf, Senders
from keiki.office.paper import Letterhead
from keiki.office.remote.models import CommandKind
from keiki.office.remote.services import Answer, Sealer
from keiki.office.sources import Contact, Sources
from keiki.protocols.sealing.identity import Identity
from keiki.relay.client import RelayClient, Side

IDENTITY = "office.identity"
VAULT = "vault.kek"


def customer_by(sources: Sources) -> CustomerOf:
    """Return what says to whom a delivery goes: the contract's customer, as the owners have it at that moment."""

    def ask(act: Act, delivery: Delivery, why: str, shown: tuple[str, ...]) -> Contact:
        return addressee_of_delivery(act, sources, delivery.credential, ContactUse(why, delivery.reference, shown))

    return ask


class OfficeServices:
    """Everything an operator's act or the worker may need, wired from one data folder."""

    def __init__(self, data: DataFolder) -> None:
        self.data = data
        self.settings = data.settings()
        self.zone = ZoneInfo(self.settings.office.time_zone)

    @property
    def folder(self) -> Path:
        """The office's data folder."""
        return self.data.path

    @staticmethod
    def act(by: str) -> Act:
        """An act of ``by``, now, from where this process was started."""
        return Act(by, datetime.now(UTC), where_from())

    @cached_property
    def identity(self) -> Identity:
        """The office's own identity."""
        return Identity.from_pem(self._key(IDENTITY).read_bytes())

    @cached_property
    def vault(self) -> Vault:
        """The vault under this folder's key."""
        return Vault.load(self.data.keys / VAULT)

    @cached_property
    def sources(self) -> Sources:
        """The data servers."""
        file = self.data.path / self.settings.office.sources
        if not file.is_file():
            raise BadSettings(
                f"office.sources: {file} がありません。データサーバへの接続方法をこのファイルに書いてください",
                f"office.sources: {file} does not exist: write how the data servers are reached there",
            )
        return Sources.from_toml(utf8(file), self.drops)

    @property
    def checkpoint_file(self) -> CheckpointFile:
        """The audit's checkpoints outside the database."""
        return CheckpointFile(self.data.path / "audit" / "checkpoints.jsonl")

    @property
    def drops(self) -> Path:
        """Where the indexes of dropped files are kept."""
        return self.data.path / "drops"

    @property
    def today(self) -> date:
        """The day that it is at the office."""
        return datetime.now(self.zone).date()

    @property
    def catalogue(self) -> OfficeCatalogue:
        """The catalogue in force now: the published one, or before any is published the settings' folder."""
        return catalogue_in_force(self.today) or self._catalogue_of_settings

    @cached_property
    def catalogue_folder(self) -> Path | None:
        """The settings' folder of the catalogue that counts until a version is published."""
        given = self.settings.office.catalogue
        return find_catalogue(given, self.data.path) if given else None

    @cached_property
    def _catalogue_of_settings(self) -> OfficeCatalogue:
        """The catalogue in the settings' folder."""
        folder = self.catalogue_folder
        if folder is None:
            given, names = self.settings.office.catalogue, ", ".join(shipped_names())
            raise BadSettings(
                f"office.catalogue: {f'「{given}」はありません。' if given else ''}カタログを公開するか、"
                f"カタログのフォルダー、または付属カタログ {names} の名前を指定してください",
                f"office.catalogue: {f'there is no {given}: ' if given else ''}publish a catalogue, or name the folder "
                f"of the catalogue in force or one that is shipped ({names})",
            )
        return OfficeCatalogue.from_folder(folder)

    @property
    def sealer(self) -> Sealer:
        """What remote commands are made with."""
        terms = self.settings.terms
        holds, reading_holds = timedelta(minutes=terms.command_minutes), timedelta(seconds=terms.reading_seconds)
        return Sealer(self.identity, self.vault, holds, self.sources, reading_holds)

    @property
    def answers(self) -> Mapping[str, Answer]:
        """What the result of each kind of command brings about, by the terms of this office."""
        life = timedelta(seconds=self.settings.terms.session_seconds)
        return {**ANSWERS, CommandKind.REWRITE_PASSWORD: partial(rewritten, session_life=life)}

    @property
    def letterhead(self) -> Letterhead:
        """Who the office is, on its papers."""
        return Letterhead(self.settings.office.name, self.settings.office.phone, self.zone)

    @property
    def senders(self) -> Senders:
        """What takes letters and e-mails."""
        post = self.data.path / self.settings.post.folder
        ask, mail = customer_by(self.sources), self.settings.mail
        return Senders(
            letter=LetterPost(post, ask, self.letterhead),
            mail=PasswordMail(bool(mail.host), mail.sender, ask, self.letterhead),
        )

    def barcode_end(self, day: date) -> datetime:
        """When the barcode of a work order for ``day`` ends: so many whole days after it as the terms say."""
        return datetime.combine(day, time(), self.zone) + timedelta(days=1 + self.settings.terms.work_order_days)

    async def relay(self) -> RelayClient:
        """Log in at the relay; waits until it is there."""
        relay = self.settings.relay
        if not relay.url:
            raise BadSettings(
                "relay.url: 中継サーバの場所を指定してください。例: tls://relay.example:4222",
                "relay.url: say where the relay is, for example tls://relay.example:4222",
            )
        authority = self.data.path / relay.ca_file if relay.ca_file else None
        if authority and not authority.is_file():
            raise BadSettings(
                f"relay.ca_file: {authority} がありません。中継サーバの証明書の認証局(PEM)を置いてください",
                f"relay.ca_file: there is no {authority}: put the authority (PEM) of the relay's certificate there",
            )
        return await RelayClient.connect(relay.url, self.relay_key, Side.OFFICE, tls_authority=authority)

    @property
    def relay_key(self) -> Path:
        """The file with the key to log in at the relay."""
        return self.data.path / self.settings.relay.nkey_file

    def _key(self, name: str) -> Path:
        file = self.data.keys / name
        if not file.exists():
            raise BadSettings(
                f"{file} がありません。init を実行するか、鍵のフォルダーをバックアップから戻してください",
                f"{file} is missing: run init, or restore the key folder from its backup",
            )
        if file.stat().st_mode & 0o077:
            raise BadSettings(
                f"{file} を他の人が読める状態です。chmod 600 で権限を直してください",
                f"{file} may be read by others: chmod 600 it",
            )
        return file
