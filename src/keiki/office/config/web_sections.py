"""What ``settings.toml`` may say about the screens: where they are, log-ins, and who vouches for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from keiki.foundation.settings.errors import WrongValueError
from keiki.foundation.settings.tables import StrictTable, between, must

LOCAL = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class WebSection(StrictTable):
    """Where the screens are: the address people type (``url``), and what the process listens on.

    Off the machine itself only https: with a certificate here, or behind a server that has one (``proxied``). How long
    a log-in lasts without a request (``idle_minutes``) and at all (``session_hours``), how many a person may have at
    once, and how long a proof of identity is good for a sensitive act (``proof_minutes``).
    """

    url: str = "http://localhost:8000"
    address: str = "127.0.0.1"
    port: Annotated[int, between(1, 65535)] = 8000
    workers: Annotated[int, between(1, 64)] = 2
    certificate: str = ""
    key_file: str = ""
    proxied: bool = False
    idle_minutes: Annotated[int, between(5, 240)] = 30
    session_hours: Annotated[int, between(1, 24)] = 10
    sessions_per_person: Annotated[int, between(1, 10)] = 2
    proof_minutes: Annotated[int, between(1, 60)] = 5

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
            raise WrongValueError(
                ja="https://keiki.example.jp のように、スキーム・ホスト・ポートを書いてください",
                en="write scheme, host and port, for example https://keiki.example.jp",
                key="url",
            )
        if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise WrongValueError(
                ja="この計算機の外では https に限ります。http は localhost だけです",
                en="only https off this machine; http is for localhost alone",
                key="url",
            )
        if parts.scheme == "https" and not (self.certificate and self.key_file) and not self.proxied:
            raise WrongValueError(
                ja="https には certificate と key_file、または proxied = true が必要です",
                en="https needs certificate and key_file here, or proxied = true",
                key="certificate",
            )

    @property
    def host(self) -> str:
        """The host that people type; passkeys are bound to it."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def hosts(self) -> list[str]:
        """The host names that requests may name."""
        return sorted({self.host, *(LOCAL if self.local else ())})

    @property
    def local(self) -> bool:
        """Whether the screens are for this machine alone."""
        return self.host in ("localhost", "127.0.0.1", "::1")


PRIVILEGED, EVERYBODY = "privileged", "everybody"


@dataclass(frozen=True)
class AccessSection(StrictTable):
    """Who does not work without a second factor: the roles that hand out rights or keys, or everybody.

    ``lookups_per_hour``: how many supply points and customers one person looks up in an hour at most.
    """

    second_factor: Annotated[
        str,
        must(
            lambda word: word in (PRIVILEGED, EVERYBODY),
            ja=f"{PRIVILEGED}(権限や鍵を扱う役割だけ必須)か {EVERYBODY}(全員必須)を指定してください",
            en=f"is neither {PRIVILEGED!r} (the roles that hand out rights or keys need one) nor {EVERYBODY!r}",
        ),
    ] = PRIVILEGED
    lookups_per_hour: Annotated[int, between(10, 10_000)] = 240

    @property
    def everybody(self) -> bool:
        """Whether nobody works without a second factor."""
        return self.second_factor == EVERYBODY


@dataclass(frozen=True)
class SsoSection(StrictTable):
    """The utility's own identity provider (OpenID Connect); without ``server_url`` people log in here alone.

    ``username_claim`` is the claim that holds the log-in name that an administrator added here.
    """

    name: str = "SSO"
    server_url: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    username_claim: str = "preferred_username"

    def __post_init__(self) -> None:
        if not self.server_url:
            return
        parts = urlsplit(self.server_url)
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)):
            raise WrongValueError(
                ja="認証サーバのアドレスを https:// から書いてください",
                en="write the provider's address, beginning with https://",
                key="server_url",
            )
        for key in ("client_id", "client_secret_file", "username_claim", "name"):
            if not getattr(self, key):
                raise WrongValueError(
                    ja="[sso] に server_url があるときは必要です",
                    en="needed where [sso] has a server_url",
                    key=key,
                )


@dataclass(frozen=True)
class DemoSection(StrictTable):
    """Whether made-up people may be let in, on a machine that shows Keiki and holds no customer's data."""

    people: bool = False
