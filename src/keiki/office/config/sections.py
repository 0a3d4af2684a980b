"""What ``settings.toml`` may say of the office itself: its name, database, relay, mail, letters, terms and audit.

Every key is documented in ``docs/operations/office.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from keiki.foundation.settings.errors import WrongValueError
from keiki.foundation.settings.tables import StrictTable, ZoneName, between
from keiki.relay.client.addresses import is_open_to_the_network, is_relay_url

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class OfficeSection(StrictTable):
    """Who the office is (printed on its papers), its catalogue and its sources."""

    name: str = "配電営業所"
    phone: str = ""
    time_zone: ZoneName = "Asia/Tokyo"
    catalogue: str = ""
    sources: str = "sources.toml"


@dataclass(frozen=True)
class DatabaseSection(StrictTable):
    """SQLite in the data folder, or PostgreSQL; the password is in a file of its own, mode 0600.

    ``ca_file`` says whose certificate the server must have, for the very name in ``host``. Off this machine there is no
    connection without it, unless ``plaintext`` says that the network between the two is protected in another way.
    """

    engine: Literal["sqlite", "postgresql"] = "sqlite"
    name: str = "keiki"
    host: str = ""
    port: int = 5432
    user: str = ""
    password_file: str = ""
    ca_file: str = ""
    plaintext: bool = False

    def __post_init__(self) -> None:
        if self.engine == "postgresql" and not self.user:
            raise WrongValueError(
                ja="PostgreSQL のユーザーを指定してください", en="PostgreSQL needs a user", key="user"
            )
        if self.ca_file and self.plaintext:
            raise WrongValueError(
                ja="ca_file と同時には指定できません。TLSを使うなら plaintext を消してください",
                en="not together with ca_file; to use TLS, remove plaintext",
                key="plaintext",
            )
        if self.engine == "postgresql" and not (self.local or self.ca_file or self.plaintext):
            raise WrongValueError(
                ja=f"{self.host} との通信を暗号化して相手を確かめるため、サーバ証明書の認証局(PEM)を"
                "指定してください。通信路が別の方法で保護されている場合に限り、plaintext = true を指定できます",
                en="name the authority (PEM) of the server's certificate, so that the way to "
                f"{self.host} is encrypted and the server the right one; only where it is protected otherwise: "
                "plaintext = true",
                key="ca_file",
            )

    @property
    def local(self) -> bool:
        """Whether the server is on this machine: by its socket, or by the machine's own address."""
        return all(host in ("", *LOCAL_HOSTS) or host.startswith("/") for host in self.host.split(","))


@dataclass(frozen=True)
class RelaySection(StrictTable):
    """Where the relay is and the file with the key to log in with.

    Off this machine the address is a ``tls://`` one, unless ``plaintext`` says that the way is protected otherwise.
    """

    url: str = ""
    nkey_file: str = "keys/relay.nk"
    ca_file: str = ""
    plaintext: bool = False

    def __post_init__(self) -> None:
        if self.url and not is_relay_url(self.url):
            raise WrongValueError(
                ja=f"「{self.url.rpartition('@')[2]}」は中継サーバの場所ではありません。例: tls://relay.example:4222"
                "(ログイン情報は書きません)",
                en=f"{self.url.rpartition('@')[2]!r} is not where a relay is, for example "
                "tls://relay.example:4222 (without a log-in)",
                key="url",
            )
        if self.url and is_open_to_the_network(self.url) and not self.plaintext:
            raise WrongValueError(
                ja="ほかの機械にある中継サーバへは tls:// で接続してください。"
                "通信路が別の方法で保護されている場合に限り、plaintext = true を指定できます",
                en="off this machine the relay is spoken to by tls://; only where the way is protected "
                "otherwise: plaintext = true",
                key="url",
            )


@dataclass(frozen=True)
class MailSection(StrictTable):
    """The mail server that takes the customers' passwords; ``ca_file`` says whose certificate it must have."""

    host: str = ""
    port: int = 25
    sender: str = ""
    starttls: bool = True
    ca_file: str = ""
    user: str = ""
    password_file: str = ""
    timeout_seconds: int = 10

    def __post_init__(self) -> None:
        if self.host and "@" not in self.sender:
            raise WrongValueError(
                ja="[mail] に host があるときは、差出人のアドレスが必要です",
                en="where [mail] has a host it needs a sender address",
                key="sender",
            )


@dataclass(frozen=True)
class PostSection(StrictTable):
    """The folder that the mailing room takes letters from."""

    folder: str = "post"


@dataclass(frozen=True)
class TermsSection(StrictTable):
    """How long things hold: a work order's barcode in days, a rewrite in minutes, a reading in seconds.

    ``session_seconds``: how long the meters let a HEMS' session live. ``watch_seconds``: the pause between two looks at
    the data servers for what changed.
    """

    work_order_days: Annotated[int, between(1, 60)] = 14
    command_minutes: Annotated[int, between(1, 7 * 1440)] = 1440
    reading_seconds: Annotated[int, between(5, 3600)] = 120
    watch_seconds: Annotated[int, between(5, 86400)] = 300
    session_seconds: Annotated[int, between(60, 7 * 86400)] = 86400


@dataclass(frozen=True)
class AuditSection(StrictTable):
    """When the worker signs a checkpoint over the audit: after so many events, or minutes where there is a new one."""

    checkpoint_events: Annotated[int, between(10, 100000)] = 1000
    checkpoint_minutes: Annotated[int, between(1, 1440)] = 10
