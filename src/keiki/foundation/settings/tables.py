"""What a table of settings may hold, said as a frozen dataclass: its fields are the keys, their types the rules.

A table is a frozen dataclass that inherits :class:`StrictTable`. No other keys are taken; a text is no number and
``true`` no 1; a field with a default may be left out. A rule of one value is part of its type
(``Annotated[int, between(1, 64)]``), a rule of several stands in ``__post_init__``; both raise ``WrongValueError``.
Pydantic does the checking (ADR 0110).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, ClassVar, TypeVar, cast
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, GetCoreSchemaHandler, PlainValidator, Strict
from pydantic_core import CoreSchema

from keiki.foundation.settings.errors import WrongValueError

Item = TypeVar("Item")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|min|h|d)")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


class StrictTable:
    """A table that takes the keys of its dataclass and no others, each of the very type."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let TOML's tables become the dataclass; the values inside stay strict."""
        return cast(CoreSchema, {**handler(source), "strict": False})


class OpenTable(StrictTable):
    """A table of which only some keys are read here; the others are somebody else's and passed over."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


Several = Annotated[tuple[Item, ...], Strict(False)]
"""A list of TOML, in order."""


def _not_empty(items: tuple[Any, ...]) -> tuple[Any, ...]:
    if not items:
        raise WrongValueError(ja="空でない並びで指定してください", en="must be a list that is not empty")
    return items


def between(least: float, most: float) -> AfterValidator:
    """Make the rule that a number lies from ``least`` to ``most``."""

    def check(value: Any) -> Any:
        if not least <= value <= most:
            raise WrongValueError(ja=f"{least}から{most}の間で指定してください", en=f"must be from {least} to {most}")
        return value

    return AfterValidator(check)


def at_least(least: float) -> AfterValidator:
    """Make the rule that a number is ``least`` or more."""
    return must(lambda value: value >= least, ja=f"{least}以上にしてください", en=f"must be at least {least}")


def must(is_right: Callable[[Any], bool], *, ja: str, en: str) -> AfterValidator:
    """Make a rule of one value, and the sentence for a value that does not keep it."""

    def check(value: Any) -> Any:
        if not is_right(value):
            raise WrongValueError(ja=ja, en=en)
        return value

    return AfterValidator(check)


def one_of(*choices: str) -> AfterValidator:
    """Make the rule that a text is one of a few words."""
    listed = ", ".join(choices)
    return must(
        lambda value: value in choices, ja=f"{listed} のどれかを指定してください", en=f"must be one of {listed}"
    )


def duration(most: timedelta = timedelta(days=3660)) -> PlainValidator:
    """Make the rule of a duration such as "36h", "2s", "500ms", from a millisecond to ``most``."""
    longest = f"{most.days}d" if most.days else f"{most.total_seconds():g}s"

    def read(value: Any) -> timedelta:
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if not match:
            raise WrongValueError(
                ja='"36h"、"2s"、"500ms" のような時間の長さで指定してください',
                en='must be a duration such as "36h", "2s" or "500ms"',
            )
        seconds = float(match[1]) * _UNITS[match[2]]
        if not _UNITS["ms"] <= seconds <= most.total_seconds():
            raise WrongValueError(ja=f"1msから{longest}の間で指定してください", en=f"must be from 1ms to {longest}")
        return timedelta(seconds=seconds)

    return PlainValidator(read)


def _pattern(value: Any) -> re.Pattern[str]:
    if not isinstance(value, str) or not value.strip():
        raise WrongValueError(ja="正規表現を書いてください", en="must be a pattern (a regular expression)")
    try:
        pattern = re.compile(value)
    except re.error as error:
        raise WrongValueError(
            ja=f"正規表現として読めません({error})。直してください", en=f"is not a pattern ({error}): correct it"
        ) from None
    if pattern.groups != 1:
        raise WrongValueError(
            ja="取り出す部分を囲む括弧 (…) がちょうど一つ必要です",
            en="needs exactly one group (…) around what is meant",
        )
    return pattern


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return False
    return True


OneOrMore = Annotated[tuple[Item, ...], Strict(False), AfterValidator(_not_empty)]
"""A list of TOML that is not empty."""
Text = Annotated[
    str,
    must(lambda text: bool(text.strip()), ja="空でない文字列を指定してください", en="must be a text that is not empty"),
]
"""A text that is not empty; plain ``str`` may be."""
ZoneName = Annotated[
    str,
    must(_is_zone, ja="その名前の時間帯はありません。例: Asia/Tokyo", en="is not a time zone, for example Asia/Tokyo"),
]
Duration = Annotated[timedelta, duration()]
"""Such as "36h", at most ten years."""
GroupPattern = Annotated[re.Pattern[str], PlainValidator(_pattern)]
"""A regular expression with one group around what is meant."""
