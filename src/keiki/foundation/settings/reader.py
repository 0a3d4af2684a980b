"""Reading settings: a document, and the dataclass it should become; everything that is wrong is told at once."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from keiki.foundation.settings.document import SettingsDocument
from keiki.foundation.settings.errors import SettingsProblem, WrongSettingError, WrongValueError
from keiki.foundation.settings.messages import MESSAGES, WRONG_TYPES, kind_of
from keiki.foundation.settings.toml_lines import KeyPath

Table = TypeVar("Table")


def read_table(kind: type[Table], document: SettingsDocument) -> Table:
    """Return the document as ``kind``; raises :class:`WrongSettingError` with every problem, in the order of lines.

    No sentence repeats a value, unless a rule of the table does so: what stands under a wrong key may be a secret.
    """
    try:
        table: Table = TypeAdapter(kind).validate_python(document.content)
    except ValidationError as error:
        found = error.errors(include_url=False)
    else:
        return table
    problems = [_problem(kind, document, each) for each in found]
    raise WrongSettingError(sorted(problems, key=lambda problem: problem.place))


def _problem(kind: type[Any], document: SettingsDocument, error: ErrorDetails) -> SettingsProblem:
    path: KeyPath = error["loc"]
    code = error["type"]
    if code in WRONG_TYPES:
        sentence = MESSAGES["wrong_type"].format(wanted=WRONG_TYPES[code], given=kind_of(error["input"]))
    elif code == "value_error" and isinstance(refusal := error["ctx"]["error"], WrongValueError):
        path, sentence = (*path, *refusal.path), refusal.sentence
    elif code == "unexpected_keyword_argument":
        sentence = MESSAGES["unknown_key"].format(known=", ".join(_keys(_kind_at(kind, path[:-1]))))
    elif code == "literal_error":
        sentence = MESSAGES["one_of"].format(choices=error["ctx"]["expected"].replace(" or ", ", "))
    else:
        sentence = MESSAGES.get(code, MESSAGES["not_allowed"])
    return SettingsProblem(document.place(path), sentence)


def _keys(kind: Any) -> list[str]:
    return [each.name for each in fields(kind)] if is_dataclass(kind) else []


def _kind_at(kind: Any, path: KeyPath) -> Any:
    """Return the dataclass that the table at ``path`` should become."""
    for part in path:
        kind = typing.get_type_hints(kind)[str(part)] if is_dataclass(kind) else _item_kind(kind)
        while (inner := _without_wrapping(kind)) is not kind:
            kind = inner
    return kind


def _item_kind(kind: Any) -> Any:
    """Return what a list's items, or a table's values, should become."""
    arguments = typing.get_args(kind)
    return arguments[-1] if issubclass(typing.get_origin(kind), Mapping) else arguments[0]


def _without_wrapping(kind: Any) -> Any:
    """Return ``kind`` without one layer of ``Annotated`` or ``| None``."""
    if isinstance(kind, types.UnionType):
        return next(each for each in typing.get_args(kind) if each is not types.NoneType)
    return typing.get_args(kind)[0] if typing.get_origin(kind) is typing.Annotated else kind
