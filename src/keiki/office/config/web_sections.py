"""What ``settings.toml`` may say about the screens: where they are, log-ins, and who vouches for people."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from keiki.office.config.bad_settings import BadSettings, out_of_range

LOCAL = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class WebSection:
    """Where the screens are: the address people type (``url``), and what the process listens on.

    Off the machine itself only https: with a certificate here, or behind a server that has one (``proxied``). How long
    a log-in lasts without a request (``idle_minutes``) and at all (``session_hours``), how many a person may have at
    once, and how long a proof of identity is good for a sensitive act (``proof_minutes``).
    """

    url: str = "http://localhost:8000"
    address: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    certificate: str = ""
    key_file: str = ""
    proxied: bool = False
    idle_minutes: int = 30
    session_hours: int = 10
    sessions_per_person: int = 2
    proof_minutes: int = 5

    def check(self) -> None:
        """Refuse an address that would carry log-ins in the clear."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
            raise BadSettings(
                "web.url: https://keiki.example.jp のように、スキーム・ホスト・ポートを書いてください",
                "web.url: write scheme, host and port, for example https://keiki.example.jp",
            )
        if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise BadSettings(
                "web.url: この計算機の外では https に限ります。http は localhost だけです",
                "web.url: only https off this machine; http is for localhost alone",
            )
        if parts.scheme == "https" and not (self.certificate and self.key_file) and not self.proxied:
            raise BadSettings(
                "web.certificate: https には certificate と key_file、または proxied = true が必要です",
                "web.certificate: https needs certificate and key_file here, or proxied = true",
            )
        if not 1 <= self.workers <= 64:
            raise BadSettings("web.workers: 1 から 64 の間で指定してください", "web.workers: between 1 and 64")
        if not 1 <= self.port <= 65535:
            raise BadSettings("web.port: 1 から 65535 の間で指定してください", "web.port: between 1 and 65535")
        for key, least, most in (
            ("idle_minutes", 5, 240),
            ("session_hours", 1, 24),
            ("sessions_per_person", 1, 10),
            ("proof_minutes", 1, 60),
        ):
            if not least <= getattr(self, key) <= most:
                raise out_of_range(f"web.{key}", least, most)

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
class AccessSection:
    """Who does not work without a second factor: the roles that hand out rights or keys, or everybody.

    ``lookups_per_hour``: how many supply points and customers one person looks up in an hour at most.
    """

    second_factor: str = PRIVILEGED
    lookups_per_hour: int = 240

    def check(self) -> None:
        """Refuse any other word, and a limit that stops all work or nothing."""
        if not 10 <= self.lookups_per_hour <= 10_000:
            raise out_of_range("access.lookups_per_hour", 10, 10_000)
        if self.second_factor not in (PRIVILEGED, EVERYBODY):
            raise BadSettings(
                f"access.second_factor: 「{self.second_factor}」は使えません。"
                f"{PRIVILEGED}(権限や鍵を扱う役割だけ必須)か {EVERYBODY}(全員必須)を指定してください",
                f"access.second_factor: {self.second_factor!r} is neither {PRIVILEGED!r} (the roles that hand out "
                f"rights or keys need one) nor {EVERYBODY!r}",
            )

    @property
    def everybody(self) -> bool:
        """Whether nobody works without a second factor."""
        return self.second_factor == EVERYBODY


@dataclass(frozen=True)
class SsoSection:
    """The utility's own identity provider (OpenID Connect); without ``server_url`` people log in here alone.

    ``username_claim`` is the claim that holds the log-in name that an administrator added here.
    """

    name: str = "SSO"
    server_url: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    username_claim: str = "preferred_username"

    def check(self) -> None:
        """Refuse half a provider, and one that is reached in the clear."""
        if not self.server_url:
            return
        parts = urlsplit(self.server_url)
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)):
            raise BadSettings(
                "sso.server_url: 認証サーバのアドレスを https:// から書いてください",
                "sso.server_url: write the provider's address, beginning with https://",
            )
        for key in ("client_id", "client_secret_file", "username_claim", "name"):
            if not getattr(self, key):
                raise BadSettings(
                    f"sso.{key}: [sso] に server_url があるときは必要です",
                    f"sso.{key}: needed where [sso] has a server_url",
                )


@dataclass(frozen=True)
class DemoSection:
    """Whether made-up people may be let in, on a machine that shows Keiki and holds no customer's data."""

    people: bool = False

    def check_against(self, web: WebSection) -> None:
        """Refuse made-up people where others than this machine's own user could log in as them."""
        if self.people and not web.local:
            raise BadSettings(
                "demo.people: web.url が localhost のときだけ使えます",
                "demo.people: only where web.url is localhost",
            )
