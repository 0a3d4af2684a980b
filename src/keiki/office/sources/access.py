"""How a source is reached, as the integrator wrote it: a database, a folder of dropped files, or JSON over HTTP.

Exactly one of the three stands in every ``[[source]]``. Everything that can be known to be wrong is refused here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from keiki.foundation.files.folder import DropFolder, read_folder
from keiki.foundation.settings.table import SettingsTable
from keiki.office.sources.errors import ConfigurationError

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


def read_access(section: SettingsTable) -> Access:
    """Read the one access of a ``[[source]]``; raises :class:`ConfigurationError` naming the place."""
    given = [way for way in ("url", "folder", "http") if section.has(way)]
    if len(given) != 1:
        raise section.fail(
            "'url'(データベース)、'folder'(置かれたファイル)、'http'(JSON)のどれか一つだけを指定してください",
            "give exactly one of 'url' (a database), 'folder' (dropped files) and 'http' (JSON)",
        )
    if given == ["url"]:
        return _database(section)
    inner = section.table(given[0])
    access: Access = read_folder(inner) if given == ["folder"] else _http(inner)
    inner.done()
    return access


def read_query(section: SettingsTable, key: str, *parameters: str, allowed: tuple[str, ...] = ()) -> str:
    """Read a query that only reads, that uses its parameters, and at most the ``allowed`` ones besides."""
    query = section.text(key).strip()
    if query.split(None, 1)[0].upper() not in {"SELECT", "WITH"}:
        raise section.fail(
            f"「{key}」は SELECT か WITH で始めてください。Keikiは読み取りしかしません",
            f"{key!r} must begin with SELECT or WITH: Keiki only reads",
        )
    used = {f":{name}" for name in _PARAMETER.findall(query)}
    missing = [parameter for parameter in parameters if parameter not in used]
    if missing:
        raise section.fail(
            f"「{key}」が {', '.join(missing)} を使っていません。ほかの地点の行まで読んでしまいます",
            f"{key!r} does not use {', '.join(missing)}: it would read rows of others",
        )
    if unknown := sorted(used - {*parameters, *allowed}):
        raise section.fail(
            f"「{key}」の {', '.join(unknown)} は使えません。文字としてのコロンは \\: と書いてください",
            f"{key!r} has no parameter {', '.join(unknown)}: a colon that is no parameter is written \\:",
        )
    return query


def _database(section: SettingsTable) -> DatabaseAccess:
    return DatabaseAccess(
        url=section.text("url"),
        read_only_account=section.flag("read_only_account"),
        password_file=section.text("password_file") if section.has("password_file") else "",
        query=read_query(section, "query", ":key"),
        survey=read_query(section, "survey") if section.has("survey") else "",
        changes=read_query(section, "changes", ":cursor") if section.has("changes") else "",
        first=section.text("first_cursor", "0"),
    )


def _http(section: SettingsTable) -> HttpAccess:
    return HttpAccess(
        address=_address(section, "address", "{key}"),
        survey=_address(section, "survey") if section.has("survey") else "",
        changes=_address(section, "changes", "{cursor}") if section.has("changes") else "",
        first=section.text("first_cursor", "0"),
        rows=tuple(section.text("rows").split(".")) if section.has("rows") else (),
        headers_file=section.text("headers_file") if section.has("headers_file") else "",
        ca_file=section.text("ca_file") if section.has("ca_file") else "",
        unknown_status=_unknown_status(section),
    )


def _unknown_status(section: SettingsTable) -> int:
    """Read the status of "no such supply point"; an owner that fails must never look as if it knew nobody."""
    status = section.number("unknown_status", 0)
    if status and status not in UNKNOWN_STATUSES:
        raise section.fail(
            f"'unknown_status' は {', '.join(map(str, UNKNOWN_STATUSES))} のどれかにしてください",
            f"'unknown_status' is one of {', '.join(map(str, UNKNOWN_STATUSES))}",
        )
    return status


def _address(section: SettingsTable, key: str, placeholder: str = "") -> str:
    """An https address without user or password; http is for this machine alone."""
    address = section.text(key)
    if not _PRINTING.fullmatch(address):
        raise section.fail(
            f"「{key}」に使えない文字があります。空白や日本語は %E4%BE%9B のように書いてください",
            f"{key!r} has characters that no address may have: write blanks and Japanese as in %E4%BE%9B",
        )
    try:
        parts = urlsplit(address)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        named = bool(parts.hostname) and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise section.fail(
            f"「{key}」はアドレスとして読めません({error})。直してください",
            f"{key!r} is not an address ({error}): correct it",
        ) from None
    if not safe:
        raise section.fail(
            f"「{key}」は https で始めてください。通信路を個人情報が通ります",
            f"{key!r} must begin with https: the rows are personal data on the way",
        )
    if not named:
        raise section.fail(
            f"「{key}」にはサーバ名を書き、パスワードは書かないでください。パスワードは headers_file に置きます",
            f"{key!r} must name a server, and nobody's password: put that into headers_file",
        )
    if placeholder not in parts.path + "?" + parts.query:
        raise section.fail(
            f"「{key}」が {placeholder} を使っていません。ほかの地点の行まで読んでしまいます",
            f"{key!r} does not use {placeholder}: it would read rows of others",
        )
    return address


def refuse_personal(access: Access, what: str) -> None:
    """Refuse to answer ``what`` from anything but a database: a drop's index would be a copy of names and addresses."""
    if not isinstance(access, DatabaseAccess):
        raise ConfigurationError(
            f"sources, {what}: データ元は専用の問合せで読めるデータベース('url')にしてください",
            f"sources, {what}: its source must be a database ('url'), asked with a query of its own",
        )
