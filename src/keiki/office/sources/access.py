"""How a source is reached, as the integrator wrote it: a database, a folder of dropped files, or JSON over HTTP.

Exactly one of the three stands in every ``[[source]]``. Everything that can be known to be wrong is refused here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from keiki.domain.mapping.settings import MappingTable
from keiki.foundation.files.folder import DropFolder, FolderTable
from keiki.foundation.settings.errors import WrongValueError
from keiki.foundation.settings.tables import StrictTable, Text, duration, must

LONGEST_LIMIT = timedelta(seconds=60)
"""No source may keep people waiting longer."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
UNKNOWN_STATUSES = (204, 400, 404, 410, 422)
"""What may mean that the owner knows no such supply point; any other status is an owner that does not answer."""
_PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_PRINTING = re.compile(r"[!-~]+")
CURSOR = "cursor"
"""The column of a change feed's answer that says how far it goes."""


@dataclass(frozen=True)
class DatabaseAccess:
    """A database. ``survey`` and ``changes`` are empty where the owner offers none; ``first`` is the feed's start."""

    url: str = field(repr=False)
    read_only_account: bool
    password_file: str
    query: str
    survey: str
    changes: str
    first: str


@dataclass(frozen=True)
class HttpAccess:
    """JSON over HTTP. ``{key}`` stands in ``address``; ``rows`` is the way to the list of rows inside the answer."""

    address: str
    survey: str
    changes: str
    first: str
    rows: tuple[str, ...]
    headers_file: str
    ca_file: str
    unknown_status: int


Access = DatabaseAccess | DropFolder | HttpAccess


def only_reads(*parameters: str, allowed: tuple[str, ...] = ()) -> AfterValidator:
    """Make the rule of a query that only reads, that uses its parameters, and at most the ``allowed`` ones besides."""

    def check(text: str) -> str:
        text = text.strip()
        if text.split(None, 1)[0].upper() not in {"SELECT", "WITH"}:
            raise WrongValueError(
                ja="SELECT か WITH で始めてください。Keikiは読み取りしかしません",
                en="must begin with SELECT or WITH: Keiki only reads",
            )
        used = {f":{name}" for name in _PARAMETER.findall(text)}
        missing = [parameter for parameter in parameters if parameter not in used]
        if missing:
            raise WrongValueError(
                ja=f"{', '.join(missing)} を使っていません。ほかの地点の行まで読んでしまいます",
                en=f"does not use {', '.join(missing)}: it would read rows of others",
            )
        if unknown := sorted(used - {*parameters, *allowed}):
            raise WrongValueError(
                ja=f"{', '.join(unknown)} は使えません。文字としてのコロンは \\: と書いてください",
                en=f"has no parameter {', '.join(unknown)}: a colon that is no parameter is written \\:",
            )
        return text

    return AfterValidator(check)


def _address(placeholder: str = "") -> AfterValidator:
    """Make the rule of an https address without user or password; http is for this machine alone."""

    def check(address: str) -> str:
        if not _PRINTING.fullmatch(address):
            raise WrongValueError(
                ja="使えない文字があります。空白や日本語は %E4%BE%9B のように書いてください",
                en="has characters that no address may have: write blanks and Japanese as in %E4%BE%9B",
            )
        try:
            parts = urlsplit(address)
            safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
            named = bool(parts.hostname) and parts.username is None and (parts.port is None or parts.port > 0)
        except ValueError as error:
            raise WrongValueError(
                ja=f"アドレスとして読めません({error})。直してください", en=f"is not an address ({error}): correct it"
            ) from None
        if not safe:
            raise WrongValueError(
                ja="https で始めてください。通信路を個人情報が通ります",
                en="must begin with https: the rows are personal data on the way",
            )
        if not named:
            raise WrongValueError(
                ja="サーバ名を書き、パスワードは書かないでください。パスワードは headers_file に置きます",
                en="must name a server, and nobody's password: put that into headers_file",
            )
        if placeholder not in parts.path + "?" + parts.query:
            raise WrongValueError(
                ja=f"{placeholder} を使っていません。ほかの地点の行まで読んでしまいます",
                en=f"does not use {placeholder}: it would read rows of others",
            )
        return address

    return AfterValidator(check)


@dataclass(frozen=True, kw_only=True)
class HttpTable(StrictTable):
    """``[source.http]``. An owner that fails must never look as if it knew nobody: ``unknown_status`` is one of few."""

    address: Annotated[Text, _address("{key}")]
    survey: Annotated[Text, _address()] | None = None
    changes: Annotated[Text, _address("{cursor}")] | None = None
    first_cursor: Text = "0"
    rows: Text | None = None
    headers_file: Text | None = None
    ca_file: Text | None = None
    unknown_status: Annotated[
        int,
        must(
            lambda status: status in (0, *UNKNOWN_STATUSES),
            ja=f"{', '.join(map(str, UNKNOWN_STATUSES))} のどれかにしてください",
            en=f"is one of {', '.join(map(str, UNKNOWN_STATUSES))}",
        ),
    ] = 0

    def access(self) -> HttpAccess:
        """Return the access that the table means."""
        return HttpAccess(
            address=self.address,
            survey=self.survey or "",
            changes=self.changes or "",
            first=self.first_cursor,
            rows=tuple(self.rows.split(".")) if self.rows else (),
            headers_file=self.headers_file or "",
            ca_file=self.ca_file or "",
            unknown_status=self.unknown_status,
        )


@dataclass(frozen=True, kw_only=True)
class SourceTable(MappingTable):
    """A ``[[source]]``: what its columns mean, and the one way it is reached."""

    url: Text | None = field(default=None, repr=False)
    read_only_account: bool = False
    password_file: Text | None = None
    query: Annotated[Text, only_reads(":key")] | None = None
    survey: Annotated[Text, only_reads()] | None = None
    changes: Annotated[Text, only_reads(":cursor")] | None = None
    first_cursor: Text = "0"
    folder: FolderTable | None = None
    http: HttpTable | None = None
    timeout: Annotated[timedelta, duration(LONGEST_LIMIT)] = timedelta(seconds=2)

    def __post_init__(self) -> None:
        if sum(way is not None for way in (self.url, self.folder, self.http)) != 1:
            raise WrongValueError(
                ja="'url'(データベース)、'folder'(置かれたファイル)、'http'(JSON)のどれか一つだけを指定してください",
                en="give exactly one of 'url' (a database), 'folder' (dropped files) and 'http' (JSON)",
            )
        if self.url is not None and self.query is None:
            raise WrongValueError(
                ja="「url」には問合せが必要です。加えてください",
                en="must be set where there is a 'url': add it",
                key="query",
            )
        for key in _OF_DATABASES:
            if self.url is None and getattr(self, key) not in (None, False, "0"):
                raise WrongValueError(
                    ja="データベース('url')だけの項目です。消してください",
                    en="is for databases ('url') alone: remove it",
                    key=key,
                )

    def access(self) -> Access:
        """Return how the source is reached."""
        if self.folder:
            return self.folder.folder()
        if self.http:
            return self.http.access()
        return DatabaseAccess(
            url=self.url or "",
            read_only_account=self.read_only_account,
            password_file=self.password_file or "",
            query=self.query or "",
            survey=self.survey or "",
            changes=self.changes or "",
            first=self.first_cursor,
        )


_OF_DATABASES = ("read_only_account", "password_file", "query", "survey", "changes", "first_cursor")


def refuse_personal(access: Access, key: str) -> None:
    """Refuse to answer from anything but a database: a drop's index would be a copy of names and addresses.

    ``key``: which key names the source. Raises ``WrongValueError``.
    """
    if not isinstance(access, DatabaseAccess):
        raise WrongValueError(
            ja="データ元は専用の問合せで読めるデータベース('url')にしてください",
            en="its source must be a database ('url'), asked with a query of its own",
            key=key,
        )
