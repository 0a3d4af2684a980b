"""How a source is reached, as the integrator wrote it: a database, a folder of dropped files, or JSON over HTTP.

Exactly one of the three stands in every ``[[source]]``. Everything that can be known to be wrong is refused here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from keiki.office.sources.errors import ConfigurationError
from keiki.office.sources.section import Section

FILE_FORMS = ("csv", "parquet", "fixed_width")
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
class Span:
    """A column of a fixed-width file: its first byte (counted from 1) and its length in bytes."""

    name: str
    at: int
    bytes: int


@dataclass(frozen=True)
class Complete:
    """How a finished drop is told from one that is still being written; at least one is given.

    ``marker``: a file of the drop's name with this ending lies beside it. ``settled``: seconds it has not been touched.
    ``trailer``: what its last line looks like; the pattern's group is the number of rows, which must be right.
    """

    marker: str
    settled: float
    trailer: re.Pattern[str] | None


@dataclass(frozen=True)
class FolderAccess:
    """A folder into which the owner drops files. The newest is the last by name among the complete ones.

    ``record_bytes``: the length of a fixed-width record without its line end, 0 where the columns go to its end.
    ``as_of``: where no column says it, a pattern whose group is the as-of time in the file's name.
    """

    path: Path
    files: str
    form: str
    encoding: str
    delimiter: str
    header: bool
    skip: int
    columns: tuple[Span, ...]
    record_bytes: int
    complete: Complete
    as_of: re.Pattern[str] | None


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


Access = DatabaseAccess | FolderAccess | HttpAccess


def read_access(section: Section) -> Access:
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
    access: Access = _folder(inner) if given == ["folder"] else _http(inner)
    inner.done()
    return access


def read_query(section: Section, key: str, *parameters: str, allowed: tuple[str, ...] = ()) -> str:
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


def _database(section: Section) -> DatabaseAccess:
    return DatabaseAccess(
        url=section.text("url"),
        read_only_account=section.flag("read_only_account"),
        password_file=section.text("password_file") if section.has("password_file") else "",
        query=read_query(section, "query", ":key"),
        survey=read_query(section, "survey") if section.has("survey") else "",
        changes=read_query(section, "changes", ":cursor") if section.has("changes") else "",
        first=section.text("first_cursor", "0"),
    )


def _folder(section: Section) -> FolderAccess:
    form = section.text("form")
    if form not in FILE_FORMS:
        raise section.fail(
            f"「{form}」という形式はありません。{', '.join(FILE_FORMS)} から選んでください",
            f"unknown form {form!r}: choose one of {', '.join(FILE_FORMS)}",
        )
    columns = _spans(section) if form == "fixed_width" else ()
    return FolderAccess(
        path=Path(section.text("path")),
        files=_files(section),
        form=form,
        encoding=_encoding(section),
        delimiter=_delimiter(section),
        header=not section.flag("no_header"),
        skip=section.number("skip", 0),
        columns=columns,
        record_bytes=_record_bytes(section, columns),
        complete=_complete(section.table("complete")),
        as_of=_pattern(section, "as_of_in_name") if section.has("as_of_in_name") else None,
    )


def _files(section: Section) -> str:
    """Read the pattern of names: files of the folder or of folders in it, none of elsewhere."""
    files = section.text("files")
    if files.startswith("/") or ".." in files.split("/"):
        raise section.fail(
            "'files' はフォルダーの中のファイル名の形で指定してください。ほかの場所は 'path' で指定します",
            "'files' is a pattern of names inside the folder: say in 'path' where else to look",
        )
    return files


def _spans(section: Section) -> tuple[Span, ...]:
    spans = tuple(_span(each) for each in section.tables("columns", "name"))
    names = [span.name for span in spans]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise section.fail(
            f"'columns' に列 {', '.join(twice)} が二度あります。一つにしてください",
            f"'columns' places {', '.join(twice)} twice: leave one",
        )
    return spans


def _record_bytes(section: Section, columns: tuple[Span, ...]) -> int:
    """Read the length of a fixed-width record; it holds every column."""
    if not section.has("record_bytes"):
        return 0
    length = section.number("record_bytes")
    end = max((span.at - 1 + span.bytes for span in columns), default=0)
    if not columns or length < end:
        raise section.fail(
            f"'record_bytes' は固定長(fixed_width)だけの項目で、最後の列の終わり({end})以上にしてください",
            f"'record_bytes' is for fixed_width alone, and at least the end of the last column ({end})",
        )
    return length


def _span(section: Section) -> Span:
    span = Span(section.text("name"), section.number("at"), section.number("bytes"))
    if span.at < 1 or span.bytes < 1:
        raise section.fail(
            "'at' は1から数え、'bytes' は1以上にしてください", "'at' counts from 1, 'bytes' is at least 1"
        )
    section.done()
    return span


def _complete(section: Section) -> Complete:
    complete = Complete(
        marker=section.text("marker") if section.has("marker") else "",
        settled=section.duration("settled").total_seconds() if section.has("settled") else 0.0,
        trailer=_pattern(section, "trailer") if section.has("trailer") else None,
    )
    section.done()
    if not (complete.marker or complete.settled or complete.trailer):
        raise section.fail(
            "書き終わったファイルの見分け方を 'marker'、'settled'、'trailer' で指定してください",
            "say how a finished file is known: 'marker', 'settled' or 'trailer'",
        )
    return complete


def _pattern(section: Section, key: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(section.text(key))
    except re.error as error:
        raise section.fail(
            f"「{key}」は正規表現として読めません({error})。直してください",
            f"{key!r} is not a pattern ({error}): correct it",
        ) from None
    if pattern.groups != 1:
        raise section.fail(
            f"「{key}」には、取り出す部分を囲む括弧 (…) がちょうど一つ必要です",
            f"{key!r} needs exactly one group (…) around what is meant",
        )
    return pattern


def _encoding(section: Section) -> str:
    encoding = section.text("encoding", "utf-8")
    try:
        "a".encode(encoding)
    except LookupError:
        raise section.fail(
            f"「{encoding}」という文字コードはありません。例: utf-8、cp932、euc_jp",
            f"unknown encoding {encoding!r}: for example utf-8, cp932 or euc_jp",
        ) from None
    return encoding


def _delimiter(section: Section) -> str:
    delimiter = section.raw("delimiter") if section.has("delimiter") else ","
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\r\n"':
        raise section.fail(
            "'delimiter' は改行と引用符を除く1文字で指定してください",
            "'delimiter' is one character, neither the end of a line nor a quotation mark",
        )
    return delimiter


def _http(section: Section) -> HttpAccess:
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


def _unknown_status(section: Section) -> int:
    """Read the status of "no such supply point"; an owner that fails must never look as if it knew nobody."""
    status = section.number("unknown_status", 0)
    if status and status not in UNKNOWN_STATUSES:
        raise section.fail(
            f"'unknown_status' は {', '.join(map(str, UNKNOWN_STATUSES))} のどれかにしてください",
            f"'unknown_status' is one of {', '.join(map(str, UNKNOWN_STATUSES))}",
        )
    return status


def _address(section: Section, key: str, placeholder: str = "") -> str:
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
            f"「{key}」にはサーバー名を書き、パスワードは書かないでください。パスワードは headers_file に置きます",
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
