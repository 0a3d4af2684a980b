"""The agent's settings: ``DIR/settings.toml``; unknown keys and bad values are refused at start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from keiki.foundation.settings.document import SettingsDocument
from keiki.foundation.settings.errors import SettingsPlace, SettingsProblem, WrongSettingError, WrongValueError
from keiki.foundation.settings.files import named_file
from keiki.foundation.settings.reader import read_table
from keiki.foundation.settings.tables import StrictTable, at_least, between, must
from keiki.foundation.text.bilingual import Bilingual
from keiki.relay.client.addresses import is_open_to_the_network, is_relay_url

_MISSING = Bilingual(
    ja="このファイルがありません。relay_url と head_end を書いて作成してください",
    en="this file is missing: write it, with relay_url and head_end",
)


def _is_address(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(host) and port.isascii() and port.isdecimal() and 1 <= int(port) <= 65535


@dataclass(frozen=True)
class AgentSettings(StrictTable):
    """What the agent's operator chooses. ``docs/operations/relay-and-control.md`` describes each key."""

    relay_url: Annotated[
        str,
        must(
            is_relay_url,
            ja="nats://ホスト:ポート か tls://ホスト:ポート を指定してください(ログイン情報は書きません)",
            en="must be nats://host:port or tls://host:port, without a log-in",
        ),
    ]
    head_end: Annotated[
        str, must(_is_address, ja="ホスト:ポート の形で指定してください", en="must be host:port, the port 1-65535")
    ]
    relay_authority: str = ""
    relay_plaintext: bool = False
    parallel: Annotated[int, between(1, 256)] = 32
    reply_seconds: Annotated[float, between(0.05, 60)] = 5.0
    retry_first_seconds: Annotated[float, between(0.05, 3600)] = 2.0
    retry_longest_seconds: Annotated[float, between(0.05, 86400)] = 300.0
    keep_days: Annotated[int, at_least(1)] = 400
    send_last_exchange: bool = False

    def __post_init__(self) -> None:
        if is_open_to_the_network(self.relay_url) and not self.relay_plaintext:
            raise WrongValueError(
                ja="ほかの機械にある中継サーバは tls://ホスト:ポート で指定してください。途中でメッセージを止めたり、"
                "いつ誰が通信したかを見たりできてしまいます。通信路が別の方法で保護されている場合に限り、"
                "relay_plaintext = true を指定できます",
                en="must be tls://host:port off this machine: whoever is on the way could stop messages and see who"
                " speaks when. Only where the way is protected otherwise: relay_plaintext = true",
                key="relay_url",
            )

    @property
    def head_end_address(self) -> tuple[str, int]:
        """Host and port of the route-A head end."""
        host, _, port = self.head_end.rpartition(":")
        return host.strip("[]"), int(port)


def read_settings(path: Path) -> AgentSettings:
    """Read ``path``, which must have ``relay_url`` and ``head_end``; a relative file name is one of its folder.

    Raises ``WrongSettingError``, naming file, line and key.
    """
    if not path.exists():
        raise WrongSettingError([SettingsProblem(SettingsPlace(str(path)), _MISSING)])
    document = SettingsDocument.read(path)
    settings = read_table(AgentSettings, document)
    authority = named_file(document, path.parent, "relay_authority", settings.relay_authority)
    return replace(settings, relay_authority=authority)
