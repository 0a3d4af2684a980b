"""The values of requests and answers that several operations share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Header, Query, Schema
from pydantic import BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import spreadsheet_damage
from keiki.office.users.api_tokens.repeated_calls import Answered, answer_once

from .caller import ApiRequest
from .problems import CUT_NUMBER

Row = TypeVar("Row", bound=Model)


def _not_cut(given: object) -> object:
    if spreadsheet_damage(str(given)):
        raise PydanticCustomError(CUT_NUMBER, "the number was cut by a spreadsheet")
    return given


_NOT_ALL_ZEROS = "|".join(f"0{{{zeros}}}[1-9][0-9]{{{6 - zeros}}}" for zeros in range(7))
POINT = rf"^(0[0-9]{{21}}|[1-9][0-9]{{14}}({_NOT_ALL_ZEROS}))$"
"""22 digits; those that a spreadsheet cut to 15 are none. Before the validator, so that the description has it."""
PointNumber = Annotated[
    str, Field(pattern=POINT, description="Supply point number: 22 digits, no hyphens"), BeforeValidator(_not_cut)
]
ContractId = Annotated[str, Field(pattern=r"^B-[1-9][0-9]{0,17}$", examples=["B-1"])]
DesignId = Annotated[str, Field(pattern=r"^D-[1-9][0-9]{0,17}$", examples=["D-1"])]
OrderNumber = Annotated[str, Field(pattern=r"^W-[0-9]{6,12}-[1-9][0-9]{0,3}$", examples=["W-000001-1"])]
PLAIN = r"^[^\x00-\x1f\x7f\s]([^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s])?$"
"""A text of one line, without spaces around it."""
Because = Annotated[str, Query(pattern=PLAIN, max_length=200, description="Why, in words; the audit keeps it")]
Reason = Annotated[str, Field(pattern=PLAIN, max_length=200, description="Why, in words; the audit keeps it")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_-]{8,100}$",
        description="A key of the caller's own: the same call under the same key is answered as before (24 h)",
    ),
]
Most = Annotated[int, Query(ge=1, le=100, description="How many at most")]
After = Annotated[
    str | None, Query(pattern=r"^[1-9][0-9]{0,17}$", description="The `next` of the page before this one")
]


class RequestBody(Schema):
    """What a caller sends: a field that is not known is refused, for it is a misspelt one."""

    model_config = ConfigDict(extra="forbid")


class BilingualText(Schema):
    """A text in both languages."""

    ja: str
    en: str


def bilingual_text(text: Text) -> BilingualText:
    """Return a text of the domain."""
    return BilingualText(ja=text[0], en=text[1])


def number_of(reference: str) -> int:
    """Return the number in ``D-12``."""
    return int(reference.partition("-")[2])


def page(rows: QuerySet[Row], after: str | None, most: int) -> tuple[list[Row], str | None]:
    """Return a page of rows, the newest first, and where the next one begins; ``None`` after the last."""
    rows = rows.order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=int(after))
    keys = list(rows.values_list("pk", flat=True)[: most + 1])  # from an index alone: no row is read to be left out
    found = list(rows.filter(pk__in=keys[:most]))
    return found, str(keys[most - 1]) if len(keys) > most else None


def filtered(rows: QuerySet[Row], wanted: Mapping[str, Any]) -> QuerySet[Row]:
    """Narrow rows by what was asked for; ``None`` asks for nothing."""
    return rows.filter(**{column: value for column, value in wanted.items() if value is not None})


def repeatable(request: ApiRequest, key: str | None, act: Callable[[], Answered]) -> Answered:
    """Do ``act``, once where the caller gave it a key."""
    if key is None:
        return act()
    made_of = b"\0".join([str(request.method).encode(), request.path.encode(), request.body])
    return answer_once(request.token, key, made_of, request.act.at, act)
