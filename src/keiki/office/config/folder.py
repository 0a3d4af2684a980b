"""The office's data folder: where its settings, keys, database and outgoing post are, and what the settings may say.

``DATA/settings.toml`` is read once at start. Unknown sections and keys, wrong types and values out of range are refused
with a sentence that names line and key; a section that a command does not need may be absent. Every key is documented
in ``docs/operations/office.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from keiki.foundation.settings.document import SettingsDocument
from keiki.foundation.settings.errors import WrongSettingError, WrongValueError
from keiki.foundation.settings.reader import read_table
from keiki.foundation.settings.tables import StrictTable
from keiki.office.config.bad_settings import BadSettings
from keiki.office.config.sections import (
    AuditSection,
    DatabaseSection,
    MailSection,
    OfficeSection,
    PostSection,
    RelaySection,
    TermsSection,
)
from keiki.office.config.web_sections import AccessSection, DemoSection, SsoSection, WebSection

__all__ = ["BadSettings", "DataFolder", "DatabaseSection", "OfficeSettings", "utf8"]


@dataclass(frozen=True)
class OfficeSettings(StrictTable):
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

    def __post_init__(self) -> None:
        if self.demo.people and not self.web.local:
            raise WrongValueError(
                ja="web.url が localhost のときだけ使えます",
                en="only where web.url is localhost",
                key="demo.people",
            )

    @classmethod
    def from_toml(cls, text: str) -> OfficeSettings:
        """Read settings; raise :class:`BadSettings` on anything the office does not know."""
        try:
            return read_table(cls, SettingsDocument.parse(text, "settings.toml"))
        except WrongSettingError as error:
            raise BadSettings(error.text.ja, error.text.en) from None


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

    def settings(self) -> OfficeSettings:
        """Read the settings file; an absent one means every default. Raises :class:`BadSettings`."""
        try:
            return read_table(OfficeSettings, SettingsDocument.read_if_there(self.settings_file))
        except WrongSettingError as error:
            raise BadSettings(error.text.ja, error.text.en) from None

    def secret(self, name: str) -> str:
        """Read a one-line secret from a file that only its owner may read."""
        file = self.path / name
        if file.stat().st_mode & 0o077:
            raise BadSettings(
                f"{file} を他の人が読める状態です。chmod 600 で権限を直してください",
                f"{file} may be read by others: chmod 600 it",
            )
        return file.read_text(encoding="utf-8").strip()
