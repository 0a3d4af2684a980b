"""The relay's settings: ``DIR/settings.toml``, every key optional, unknown keys and bad values refused at start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from keiki.foundation.settings.document import SettingsDocument
from keiki.foundation.settings.errors import WrongValueError
from keiki.foundation.settings.files import named_file
from keiki.foundation.settings.reader import read_table
from keiki.foundation.settings.tables import StrictTable, at_least, between, must
from keiki.relay.client.addresses import is_this_machine

_MIB = 1024 * 1024
_UNQUOTED = must(
    lambda text: not set(text) & set('"\\\n\r'),
    ja="引用符、\\、改行は使えません",
    en="must have no quotation mark, backslash or line break",
)


@dataclass(frozen=True)
class RelaySettings(StrictTable):
    """What the relay's operator may choose. ``docs/operations/relay-and-control.md`` describes each key."""

    listen: Annotated[
        str, must(bool, ja="待ち受けるアドレスを書いてください", en="must be an address to listen on"), _UNQUOTED
    ] = "127.0.0.1"
    port: Annotated[int, between(0, 65535)] = 0
    max_message_bytes: Annotated[int, between(1024, _MIB)] = 16 * 1024
    max_stream_bytes: Annotated[int, at_least(_MIB)] = 1024 * _MIB
    command_max_age_hours: Annotated[int, at_least(1)] = 48
    result_max_age_hours: Annotated[int, at_least(1)] = 30 * 24
    redeliver_seconds: Annotated[int, between(1, 3600)] = 60
    sync_seconds: Annotated[int, between(0, 120)] = 0
    tls_certificate: Annotated[str, _UNQUOTED] = ""
    tls_key: Annotated[str, _UNQUOTED] = ""
    plaintext: bool = False

    def __post_init__(self) -> None:
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise WrongValueError(
                ja="tls_certificate と tls_key は両方必要です。足りない方を加えてください",
                en="tls_certificate and tls_key go together, one of them is missing: add it",
            )
        if not (self.tls_certificate or self.plaintext or is_this_machine(self.listen)):
            raise WrongValueError(
                ja=f"「{self.listen}」はこの機械の外に開くので、tls_certificate と tls_key を指定してください。"
                "両側までの通信路が別の方法で保護されている場合に限り、plaintext = true を指定できます",
                en=f"{self.listen!r} is off this machine: name tls_certificate and tls_key. Only where the way to both"
                " sides is protected otherwise: plaintext = true",
                key="listen",
            )


def read_settings(path: Path) -> RelaySettings:
    """Read ``path``; a missing file means the defaults, a relative file name in it is one of its folder.

    Raises ``WrongSettingError``, naming file, line and key.
    """
    document = SettingsDocument.read_if_there(path)
    settings = read_table(RelaySettings, document)
    return replace(
        settings,
        tls_certificate=named_file(document, path.parent, "tls_certificate", settings.tls_certificate),
        tls_key=named_file(document, path.parent, "tls_key", settings.tls_key),
    )
