"""Lists that filter, sort and page in the database, and give the same rows as CSV.

A list is declared by its columns and its filter form; :func:`show` answers a request for it: the page, the rows alone
for htmx, or the CSV. Sorting is by declared columns only, always settled by the primary key, so that no row is shown
twice or left out between two pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django import forms
from django.db import models
from django.http import HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from keiki.foundation.files.csv_cells import csv_line
from keiki.office.screens.address_query import in_words, note_strange, strange_names
from keiki.office.screens.errors import refused
from keiki.office.screens.request import OfficeRequest
from keiki.office.screens.templatetags.keiki import when

Row = TypeVar("Row", bound=models.Model)
PAGE = 50
COUNTED = 10_000
"""Rows that are counted and paged through; beyond them a list wants a filter, so that no page grows with the table."""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: how it is called, what of a row it shows, and by which database column it sorts (empty: it does not).

    ``cell`` gives what the page shows, ``plain`` what the CSV says (else the same).
    """

    key: str
    label: str | Promise
    cell: Callable[[Row], Any]
    sort: str = ""
    plain: Callable[[Row], Any] | None = None
    numeric: bool = False


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A list. ``filters`` is a form whose ``rows(queryset)`` narrows the rows; ``address`` is where a row leads."""

    name: str
    columns: tuple[Column[Row], ...]
    order: str
    address: Callable[[Row], str]
    filters: type[FilterForm[Row]]
    tone: Callable[[Row], str] = field(default=lambda _: "")


class FilterForm(forms.Form, Generic[Row]):
    """The filters of a list; all optional. Says what it does to the rows by :meth:`rows`."""

    @classmethod
    def base_filters(cls) -> tuple[str, ...]:
        """Return the names of the filters."""
        return tuple(cls.base_fields)

    def rows(self, found: models.QuerySet[Row]) -> models.QuerySet[Row]:
        """Narrow ``found`` by what was filled in (``self.cleaned_data``)."""
        return found


@dataclass(frozen=True)
class Heading:
    """A column's heading as the page shows it."""

    key: str
    label: str | Promise
    numeric: bool
    sortable: bool
    sorted: str
    url: str


@dataclass(frozen=True)
class TableRow:
    """A row as the page shows it."""

    url: str
    tone: str
    cells: tuple[tuple[Any, bool], ...]


@dataclass(frozen=True)
class Pager:
    """Which rows of how many (``more``: of more than ``total``), and the way to the others."""

    first: int
    last: int
    total: int
    more: bool
    previous_url: str
    next_url: str


@dataclass(frozen=True)
class Table:
    """Everything ``table.html`` shows."""

    columns: tuple[Heading, ...]
    rows: tuple[TableRow, ...]
    filters: forms.Form
    filtered: bool
    pager: Pager
    csv_url: str


def show(
    request: OfficeRequest,
    listing: Listing[Row],
    rows: models.QuerySet[Row],
    template: str,
    context: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """Answer a request for a list; ``?format=csv`` gives all its rows, after it was kept who takes how many of them."""
    known = {*listing.filters.base_filters(), "sort", "start", "format"}
    if request.GET.get("format") == "csv" and (strange := strange_names(request, known)):
        return refused(request, in_words(strange) + " " + _("Nothing was taken away: correct the address."), status=400)
    note_strange(request, known)
    form = listing.filters(request.GET)
    found = form.rows(rows) if form.is_valid() else rows.none()
    order = _order(listing, request.GET.get("sort", ""))
    found = found.order_by(*order)
    if request.GET.get("format") == "csv":
        request.exported(listing.name, found.count(), _searched(request.GET))
        return _csv(listing, found)
    table = _table(request.GET, listing, form, found, order[0])
    part = "table.html" if request.htmx and request.htmx.target == "table" else template
    return render(request, part, {"table": table, **(context or {})})


def _searched(query: QueryDict) -> list[str]:
    """Return which filters were used; not what was typed into them."""
    return sorted(name for name, value in query.items() if value and name != "format")


def _order(listing: Listing[Row], wanted: str) -> tuple[str, str]:
    key, falling = wanted.removeprefix("-"), wanted.startswith("-")
    column = next((each.sort for each in listing.columns if each.key == key and each.sort), "")
    if not column:
        return listing.order, "-pk" if listing.order.startswith("-") else "pk"
    return (f"-{column}", "-pk") if falling else (column, "pk")


def _table(query: QueryDict, listing: Listing[Row], form: forms.Form, found: models.QuerySet[Row], order: str) -> Table:
    counted = found.order_by().values("pk")[: COUNTED + 1].count()
    total, more = min(counted, COUNTED), counted > COUNTED
    start = max(0, min(_number(query.get("start", "")), max(0, total - 1)) // PAGE * PAGE)
    shown = _page(found, start)
    filled = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return Table(
        columns=tuple(_heading(query, column, order) for column in listing.columns),
        rows=tuple(_line(listing, row) for row in shown),
        filters=form,
        filtered=any(filled.values()),
        pager=Pager(
            first=start + 1 if shown else 0,
            last=start + len(shown),
            total=total,
            more=more,
            previous_url=_changed_address(query, start=str(start - PAGE)) if start else "",
            next_url=_changed_address(query, start=str(start + PAGE)) if start + PAGE < total else "",
        ),
        csv_url=_changed_address(query, format="csv"),
    )


def _page(found: models.QuerySet[Row], start: int) -> list[Row]:
    """Return a page of rows: first which, by what sorts them alone, then those rows whole."""
    keys = list(found.values_list("pk", flat=True)[start : start + PAGE])
    rows = {row.pk: row for row in found.order_by().filter(pk__in=keys)}
    return [rows[key] for key in keys if key in rows]


def _heading(query: QueryDict, column: Column[Row], order: str) -> Heading:
    here = column.sort and order.removeprefix("-") == column.sort
    how = ("descending" if order.startswith("-") else "ascending") if here else ""
    to = f"-{column.key}" if how == "ascending" else column.key
    url = _changed_address(query, sort=to, start="") if column.sort else ""
    return Heading(column.key, column.label, column.numeric, bool(column.sort), how, url)


def _line(listing: Listing[Row], row: Row) -> TableRow:
    cells = tuple((_shown(column.cell(row)), column.numeric) for column in listing.columns)
    return TableRow(listing.address(row), listing.tone(row), cells)


def _shown(value: Any) -> Any:
    return when(value) if isinstance(value, datetime) else value


def _changed_address(query: QueryDict, **changes: str) -> str:
    """Return the address of the same list with these changes; an empty value takes its key away."""
    changed = query.copy()
    changed.pop("format", None)
    for key, value in changes.items():
        changed.pop(key, None)
        if value:
            changed[key] = value
    return f"?{changed.urlencode()}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def _csv(listing: Listing[Row], found: models.QuerySet[Row]) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        yield "\ufeff" + _line_of(str(column.label) for column in listing.columns)
        for row in found.iterator(chunk_size=1000):
            yield _line_of(_plain((column.plain or column.cell)(row)) for column in listing.columns)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{listing.name}.csv"'
    return response


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return str(value)


def _line_of(cells: Iterable[str]) -> str:
    """Return a line of CSV in which no cell is taken for a formula, nor 22 digits for a number."""
    return csv_line(f"'{cell}" if cell.isdecimal() and len(cell) > 15 else cell for cell in cells)
