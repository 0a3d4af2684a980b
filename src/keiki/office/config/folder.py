"""The office's data folder: where its settings, keys, database and outgoing post are, and what the settings may say.

``DATA/settings.toml`` is read once at start. Unknown sections and keys, wrong types and values out of range are refused
with a sentence that names the key; a section that a command does not need may be absent. Every key is documented in
``docs/operations/office.md``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from keiki.domain.linkage.terms import Text
from keiki.foundation.files.toml_text import parse_toml
from keiki.office.config.bad_settings import BadSettings, out_of_range
from keiki.office.config.web_sections import AccessSection, DemoSection, SsoSection, WebSection
from keiki.relay.client.addresses import is_open_to_the_network, is_relay_url

__all__ = ["BadSettings", "DataFolder", "DatabaseSection", "Settings", "utf8"]

Section = TypeVar("Section")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class OfficeSection:
    """Who the office is (printed on its papers), its catalogue and its sources."""

    name: str = "配電営業所"
    phone: str = ""
    time_zone: str = "Asia/Tokyo"
    catalogue: str = ""
    sources: str = "sources.toml"

    def check(self) -> None:
        """Refuse an unknown time zone."""
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise BadSettings(
                f"office.time_zone: 「{self.time_zone}」という時間帯はありません。例: Asia/Tokyo",
                f"office.time_zone: {self.time_zone!r} is not a time zone, for example Asia/Tokyo",
            ) from None


@dataclass(frozen=True)
class DatabaseSection:
    """SQLite in the data folder, or PostgreSQL; the password is in a file of its own, mode 0600.

    ``ca_file`` says whose certificate the server must have, for the very name in ``host``. Off this machine there is no
    connection without it, unless ``plaintext`` says that the network between the two is protected in another way.
    """

    engine: str = "sqlite"
    name: str = "keiki"
    host: str = ""
    port: int = 5432
    user: str = ""
    password_file: str = ""
    ca_file: str = ""
    plaintext: bool = False

    def check(self) -> None:
        """Refuse an engine the office does not run on, and customers' data in the clear over a network."""
        if self.engine not in ("sqlite", "postgresql"):
            raise BadSettings(
                f"database.engine: 「{self.engine}」は使えません。sqlite か postgresql を指定してください",
                f"database.engine: {self.engine!r} is neither 'sqlite' nor 'postgresql'",
            )
        if self.engine == "postgresql" and not self.user:
            raise BadSettings(
                "database.user: PostgreSQL のユーザーを指定してください", "database.user: PostgreSQL needs a user"
            )
        if self.ca_file and self.plaintext:
            raise BadSettings(
                "database.plaintext: ca_file と同時には指定できません。TLSを使うなら plaintext を消してください",
                "database.plaintext: not together with ca_file; to use TLS, remove plaintext",
            )
        if self.engine == "postgresql" and not (self.local or self.ca_file or self.plaintext):
            raise BadSettings(
                f"database.ca_file: {self.host} との通信を暗号化して相手を確かめるため、サーバ証明書の認証局(PEM)を"
                "指定してください。通信路が別の方法で保護されている場合に限り、plaintext = true を指定できます",
                "database.ca_file: name the authority (PEM) of the server's certificate, so that the way to "
                f"{self.host} is encrypted and the server the right one; only where it is protected otherwise: "
                "plaintext = true",
            )

    @property
    def local(self) -> bool:
        """Whether the server is on this machine: by its socket, or by the machine's own address."""
        return all(host in ("", *LOCAL_HOSTS) or host.startswith("/") for host in self.host.split(","))


@dataclass(frozen=True)
class RelaySection:
    """Where the relay is and the file with the key to log in with.

    Off this machine the address is a ``tls://`` one, unless ``plaintext`` says that the way is protected otherwise.
    """

    url: str = ""
    nkey_file: str = "keys/relay.nk"
    ca_file: str = ""
    plaintext: bool = False

    def check(self) -> None:
        """Refuse what is no relay's address, and one across a network in the clear."""
        if self.url and not is_relay_url(self.url):
            raise BadSettings(
                f"relay.url: 「{self.url.rpartition('@')[2]}」は中継サーバの場所ではありません。例: tls://relay.example:4222"
                "(ログイン情報は書きません)",
                f"relay.url: {self.url.rpartition('@')[2]!r} is not where a relay is, for example "
                "tls://relay.example:4222 (without a log-in)",
            )
        if self.url and is_open_to_the_network(self.url) and not self.plaintext:
            raise BadSettings(
                "relay.url: ほかの機械にある中継サーバへは tls:// で接続してください。"
                "通信路が別の方法で保護されている場合に限り、plaintext = true を指定できます",
                "relay.url: off this machine the relay is spoken to by tls://; only where the way is protected "
                "otherwise: plaintext = true",
            )


@dataclass(frozen=True)
class MailSection:
    """The mail server that takes the customers' passwords; ``ca_file`` says whose certificate it must have."""

    host: str = ""
    port: int = 25
    sender: str = ""
    starttls: bool = True
    ca_file: str = ""
    user: str = ""
    password_file: str = ""
    timeout_seconds: int = 10

    def check(self) -> None:
        """Refuse a mail server without a sender."""
        if self.host and "@" not in self.sender:
            raise BadSettings(
                "mail.sender: [mail] に host があるときは、差出人のアドレスが必要です",
                "mail.sender: where [mail] has a host it needs a sender address",
            )


@dataclass(frozen=True)
class PostSection:
    """The folder that the mailing room takes letters from."""

    folder: str = "post"


@dataclass(frozen=True)
class TermsSection:
    """How long things hold: a work order's barcode in days, a rewrite in minutes, a reading in seconds.

    ``session_seconds``: how long the meters let a HEMS' session live. ``watch_seconds``: the pause between two looks at
    the data servers for what changed.
    """

    work_order_days: int = 14
    command_minutes: int = 1440
    reading_seconds: int = 120
    watch_seconds: int = 300
    session_seconds: int = 86400

    def check(self) -> None:
        """Refuse terms that would expire at once or never."""
        if not 1 <= self.work_order_days <= 60:
            raise out_of_range("terms.work_order_days", 1, 60)
        if not 1 <= self.command_minutes <= 7 * 1440:
            raise out_of_range("terms.command_minutes", 1, 7 * 1440)
        if not 5 <= self.reading_seconds <= 3600:
            raise out_of_range("terms.reading_seconds", 5, 3600)
        if not 60 <= self.session_seconds <= 7 * 86400:
            raise out_of_range("terms.session_seconds", 60, 7 * 86400)
        if not 5 <= self.watch_seconds <= 86400:
            raise out_of_range("terms.watch_seconds", 5, 86400)


@dataclass(frozen=True)
class AuditSection:
    """When the worker signs a checkpoint over the audit: after so many events, or minutes where there is a new one."""

    checkpoint_events: int = 1000
    checkpoint_minutes: int = 10

    def check(self) -> None:
        """Refuse checkpoints that come with every event or hardly ever."""
        if not 10 <= self.checkpoint_events <= 100000:
            raise out_of_range("audit.checkpoint_events", 10, 100000)
        if not 1 <= self.checkpoint_minutes <= 1440:
            raise out_of_range("audit.checkpoint_minutes", 1, 1440)


@dataclass(frozen=True)
class Settings:
    """Everything that ``settings.toml`` may say."""

    office: OfficeSection = field(default_factory=OfficeSection)
    database: DatabaseSection = field(default_factory=DatabaseSection)
    relay: RelaySection = field(default_factory=RelaySection)
    mail: MailSection = field(default_factory=MailSection)
    post: PostSection = field(default_factory=PostSection)
    terms: TermsSection = field(default_factory=TermsSection)
    audit: AuditSection = field(default_factory=AuditSection)
    web: WebSection = field(default_factory=WebSection)
    access: AccessSection = field(default_factory=AccessSection)
    sso: SsoSection = field(default_factory=SsoSection)
    demo: DemoSection = field(default_factory=DemoSection)

    @classmethod
    def from_toml(cls, text: str) -> Settings:
        """Read settings; raise :class:`BadSettings` on anything the office does not know."""
        try:
            given = parse_toml(text)
        except tomllib.TOMLDecodeError as error:
            raise BadSettings(
                f"settings.toml はTOMLとして読めません: {error}", f"settings.toml is not TOML: {error}"
            ) from None
        known = {f.name: f.default_factory for f in fields(cls)}
        for name in given:
            if name not in known:
                raise BadSettings(
                    f"[{name}] という節は office の設定にありません。使えるもの: {', '.join(known)}",
                    f"[{name}] is not a section of the office's settings; known: {', '.join(known)}",
                )
        read = cls(**{name: _section(factory, name, given.get(name, {})) for name, factory in known.items()})
        read.demo.check_against(read.web)
        return read


def _section(kind: Any, name: str, given: Any) -> Any:
    """Read one section, checking names and types of its keys against its dataclass."""
    if not isinstance(given, dict):
        raise BadSettings(f"{name} は節 [{name}] として書いてください", f"{name} must be a section, [{name}]")
    defaults = {f.name: f.default for f in fields(kind)}
    for key, value in given.items():
        if key not in defaults:
            raise BadSettings(
                f"{name}.{key} という設定はありません。[{name}] で使えるもの: {', '.join(defaults)}",
                f"{name}.{key} is not a setting; [{name}] knows: {', '.join(defaults)}",
            )
        if type(value) is not type(defaults[key]):
            wanted, got = _kind(defaults[key]), _kind(value)
            raise BadSettings(
                f"{name}.{key} は{wanted[0]}で指定してください。{got[0]}が書かれています",
                f"{name}.{key} must be {wanted[1]}, not {got[1]}",
            )
    section = kind(**given)
    if hasattr(section, "check"):
        section.check()
    return section


def _kind(value: object) -> Text:
    kinds = {str: ("文字列", "text"), int: ("整数", "a whole number"), bool: ("true か false", "true or false")}
    name = type(value).__name__
    return kinds.get(type(value), (name, name))


def utf8(file: Path) -> str:
    """Return the text of a file that somebody wrote, with or without the mark that some editors put in front."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadSettings(
            f"{file} はUTF-8ではありません。UTF-8で保存し直してください", f"{file} is not UTF-8: save it as UTF-8"
        ) from None


@dataclass(frozen=True)
class DataFolder:
    """The office's data folder."""

    path: Path

    @property
    def settings_file(self) -> Path:
        """Where the settings are."""
        return self.path / "settings.toml"

    @property
    def keys(self) -> Path:
        """Where the private keys are (mode 0700, files 0600)."""
        return self.path / "keys"

    @property
    def database(self) -> Path:
        """Where the SQLite database is."""
        return self.path / "office.sqlite3"

    def settings(self) -> Settings:
        """Read the settings file; an absent one means every default."""
        if not self.settings_file.exists():
            return Settings()
        return Settings.from_toml(utf8(self.settings_file))

    def secret(self, name: str) -> str:
        """Read a one-line secret from a file that only its owner may read."""
        file = self.path / name
        if file.stat().st_mode & 0o077:
            raise BadSettings(
                f"{file} を他の人が読める状態です。chmod 600 で権限を直してください",
                f"{file} may be read by others: chmod 600 it",
            )
        return file.read_text(encoding="utf-8").strip()
