"""``./keiki translations``: gather every text of the screens and keep its Japanese beside it, app by app.

English is written in the code and templates (gettext); Japanese is in ``locale/ja/LC_MESSAGES/django.po`` of each app.
Gathering keeps what is translated, adds what is new untranslated, drops what nobody says any more, and compiles.
``--check`` writes nothing and fails on anything missing, doubtful, left over or not compiled; both fail on a text that
two apps translate differently.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation.template import templatize

import keiki.office

OFFICE = Path(keiki.office.__file__).parent
PLACE = Path("locale/ja/LC_MESSAGES")
HEADER = "Japanese of the office's screens: {app}."
ONE = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop"})
DULL = (
    b"POT-Creation-Date",
    b"PO-Revision-Date",
    b"Last-Translator",
    b"Language-Team",
    b"Report-Msgid-Bugs-To",
    b"Project-Id-Version",
    b"Generated-By",
)
NO_DATE = datetime(2015, 8, 1, tzinfo=UTC)
"""Stands in the compiled files where the day of compiling would make every one of them another file."""
MANY = frozenset({"ngettext", "ngettext_lazy"})
_CALL = re.compile(r"\b(n?gettext|_)\(")
_LITERAL = re.compile(r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*,?\s*""")


@dataclass(frozen=True)
class TranslatableText:
    """A text to be translated: one form or two, and the file that says it."""

    forms: tuple[str, ...]
    file: str


def gather(*, check: bool) -> list[str]:
    """Bring every app's translations up to date, or only look. Returns what is wrong, each in a sentence."""
    return [problem for app in _apps() for problem in _one_app(app, check=check)] + _translated_differently()


def _translated_differently() -> list[str]:
    """Django reads all apps into one catalogue: of two translations of one text, one would show in both places."""
    from babel.messages.pofile import read_po  # noqa: PLC0415

    said: dict[str, dict[str, str]] = {}
    for app in _apps():
        if (po := app / PLACE / "django.po").exists():
            for message in read_po(io.BytesIO(po.read_bytes()), locale="ja"):
                if message.id and message.string:
                    said.setdefault(str(message.id), {}).setdefault(str(message.string), app.name)
    return [
        f"{text} is {' and '.join(f'{ja} ({app})' for ja, app in ways.items())}: say in English what each means"
        for text, ways in said.items()
        if len(ways) > 1
    ]


def _apps() -> list[Path]:
    return sorted(each for each in OFFICE.iterdir() if each.is_dir() and each.name != "__pycache__")


def _one_app(app: Path, *, check: bool) -> list[str]:
    from babel.messages.catalog import Catalog  # noqa: PLC0415 - a developer's tool, not in every install
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po, write_po  # noqa: PLC0415

    said = sorted(_texts_of_app(app), key=lambda each: (each.file, each.forms))
    po, mo = app / PLACE / "django.po", app / PLACE / "django.mo"
    if not said and not po.exists():
        return []
    old = read_po(io.BytesIO(po.read_bytes()), locale="ja") if po.exists() else Catalog(locale="ja")
    new = Catalog(locale="ja", header_comment=f"# {HEADER.format(app=app.name)}", charset="utf-8", fuzzy=False)
    missing = []
    for each in said:
        key = each.forms if len(each.forms) > 1 else each.forms[0]
        known = old.get(each.forms[0])
        string = _string(known.string if known and not known.fuzzy else "")
        new.add(
            key, string if len(each.forms) == 1 else (string,), locations=[(each.file, 0)], flags=_flags(each.forms)
        )
        if not string:
            missing.append(f"{app.name}: no Japanese for {each.forms[0]!r} ({each.file})")
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, new, width=0, sort_output=True, omit_header=False, include_lineno=False)
    written = _without_dates(text.getvalue())
    kept = read_po(io.BytesIO(written), locale="ja")
    kept.creation_date = kept.revision_date = NO_DATE
    write_mo(compiled, kept)
    if check:
        current = po.exists() and po.read_bytes() == written and mo.exists() and mo.read_bytes() == compiled.getvalue()
        return missing + ([] if current else [f"{app.name}: not current: run ./keiki translations"])
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_bytes(written)
    mo.write_bytes(compiled.getvalue())
    return missing


def _string(given: str | Sequence[str] | None) -> str:
    """Japanese has one form for any number."""
    return (given if isinstance(given, str) else "".join(given or ())) or ""


def _flags(forms: tuple[str, ...]) -> list[str]:
    return ["python-format"] if any("%(" in form for form in forms) else []


def _without_dates(text: bytes) -> bytes:
    """Leave out the header's lines that change from day to day and say nothing."""
    return re.sub(rb'^"(?:%s):.*\n' % b"|".join(DULL), b"", text, flags=re.M)


def _texts_of_app(app: Path) -> set[TranslatableText]:
    found = set()
    for file in app.rglob("*.py"):
        if "migrations" not in file.parts:
            found |= {
                TranslatableText(forms, file.relative_to(OFFICE).as_posix())
                for forms in _in_python(file.read_text("utf-8"))
            }
    for file in (*app.rglob("*.html"), *app.rglob("templates/**/*.txt")):
        found |= {
            TranslatableText(forms, file.relative_to(OFFICE).as_posix())
            for forms in _in_template(file.read_text("utf-8"))
        }
    first: dict[tuple[str, ...], TranslatableText] = {}
    for each in sorted(found, key=lambda said: said.file):
        first.setdefault(each.forms, each)
    return set(first.values())


def _in_python(text: str) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        wanted = 1 if name in ONE else 2 if name in MANY else 0
        texts = [
            arg.value for arg in node.args[:wanted] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if wanted and len(texts) == wanted:
            yield tuple(texts)


def _in_template(text: str) -> Iterator[tuple[str, ...]]:
    flat = templatize(text)
    for call in _CALL.finditer(flat):
        forms, at = [], call.end()
        for _ in range(2 if call.group(1).startswith("n") else 1):
            literal = _LITERAL.match(flat, at)
            if literal is None:
                break
            forms.append(str(ast.literal_eval(literal.group(1))))
            at = literal.end()
        else:
            yield tuple(forms)
