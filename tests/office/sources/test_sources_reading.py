"""Foreign rows of any content: facts that their terms accept, or rejects that show nothing; never an exception."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keiki.bench.servers.servers import sources_text
from keiki.domain.linkage.terms import TERMS
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources.configuration import SourceConfiguration, read_configuration
from keiki.office.sources.reading import RowReader, read_rows

SOURCES = read_configuration(sources_text(Path("town"))).sources
POINT = SupplyPoint("0600121789396435141107")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
GOOD_TIMES = {
    "yyyymmdd": "20261122",
    "epoch": 1795388702,
    "era": "令和8年11月22日 21時30分",
    "iso": "2026-11-22T18:05:00+09:00",
    "yyyymmddhhmmss": "20261122210000",
}
anything = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(max_size=8)),
    *(st.dates(), st.datetimes(), st.decimals(), st.sampled_from(["ｱﾘ", "１", " 060 ", "令和8年2月30日", "99999999"])),
)


def good_row(source: SourceConfiguration) -> dict[str, object]:
    return {source.key_column: source.key.write(POINT), source.as_of_column: GOOD_TIMES[source.as_of_format.name]}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.card.id)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_cells_are_facts_or_rejects(source: SourceConfiguration, data: st.DataObject) -> None:
    cells = {column.column: anything for column in source.facts}
    row = {**data.draw(st.fixed_dictionaries({}, optional=cells)), **good_row(source)}
    records = read_rows(source, POINT, [row], NOW)
    (read,) = records.rows
    rejected = {term for reject in records.rejects for term in reject.terms}
    assert set(read.facts) | rejected == set(source.card.terms)
    assert not set(read.facts) & rejected
    assert all(TERMS[name].accepts(fact.value) for name, fact in read.facts.items())


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.card.id)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_key_and_time_reject_the_row_or_read_it(source: SourceConfiguration, data: st.DataObject) -> None:
    row = {source.key_column: data.draw(anything), source.as_of_column: data.draw(anything)}
    for cells in (row, {**row, source.key_column: source.key.write(POINT)}):
        records = read_rows(source, POINT, [cells], NOW)
        assert len(records.rows) + bool({r.column for r in records.rejects} & set(row)) == 1
        assert all(one.as_of.tzinfo for one in records.rows)


READERS = {source.card.id: RowReader(source) for source in SOURCES}
few = st.one_of(
    st.sampled_from(["20261101", " 20261101", "1", 1, True, 1.0, None, "ｱﾘ", "S64.1.7", "99999999"]), anything
)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.card.id)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_reader_that_has_read_much_reads_like_a_new_one(source: SourceConfiguration, data: st.DataObject) -> None:
    cells = data.draw(st.fixed_dictionaries(dict.fromkeys([column.column for column in source.facts], few)))
    rows = [{**good_row(source), **cells}, {**cells, **good_row(source), source.as_of_column: data.draw(few)}]
    for point in (POINT, None):
        assert READERS[source.card.id].read(point, rows, NOW) == read_rows(source, point, rows, NOW)


def test_what_is_remembered_stays_small_and_the_newest_days_are_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keiki.office.sources.reading.MOST_KNOWN", 3)
    source = next(each for each in SOURCES if each.as_of_format.name == "yyyymmdd")
    reader = RowReader(source)
    for day in range(1, 29):
        row = {**good_row(source), source.as_of_column: f"202611{day:02}"}
        assert reader.read(POINT, [row], NOW) == read_rows(source, POINT, [row], NOW)
        assert f"202611{day:02}" in reader._times._known
        assert len(reader._times._known) <= 3


@pytest.mark.parametrize("key", [None, "", "0600121789396435141108"])
def test_a_surveyed_row_without_a_key_of_its_form_is_rejected(key: str | None) -> None:
    for source in SOURCES:
        row = {name: cell for name, cell in good_row(source).items() if name != source.key_column}
        for cells in (row, {**row, source.key_column: key}):
            if source.key.name == "bare" and cells.get(source.key_column) and not source.key.prefix:
                continue
            records = read_rows(source, None, [cells], NOW)
            assert [reject.column for reject in records.rejects] == [source.key_column]


@given(name=st.text(alphabet="髙﨑𠮷德あア漢", min_size=3, max_size=12))
def test_a_customers_name_in_a_shifted_column_is_never_repeated(name: str) -> None:
    for source in SOURCES:
        row = {**good_row(source), **{c.column: name for c in source.facts if c.codes or c.format}}
        for reject in read_rows(source, POINT, [row], NOW).rejects:
            assert name not in f"{reject.masked}{reject.reason}"


def test_codes_match_exactly_but_for_blanks() -> None:
    source = next(each for each in SOURCES if each.card.id == "customer")
    for cell, value in (("ｱﾘ", True), ("ﾅｼ  ", False), ("アリ", None), ("有", None), ("1", None)):
        (row,) = read_rows(source, POINT, [{**good_row(source), "SAIENE_RENKEI": cell}], NOW).rows
        assert row.value("renewable") is value


@pytest.mark.parametrize(
    ("owner", "term", "column", "cell", "known"),
    [
        ("construction", "certified", "検定日", "平成30年4月1日", True),
        ("construction", "certified", "検定日", "令和9年11月24日", True),
        ("construction", "certified", "検定日", "令和30年4月1日", False),
        ("construction", "certified", "検定日", "令和99年12月31日", False),
        ("construction", "installed_on", "工事日", "令和9年11月25日", False),
        ("supervisory", "last_reading", "last_read_ms", 1795388702000, True),
        ("supervisory", "last_reading", "last_read_ms", 2742073502000, False),
        ("customer", "contract_since", "TEKIYO_KAISI_YMD", "20300401", True),
    ],
)
def test_what_is_done_is_not_done_years_ahead(owner: str, term: str, column: str, cell: object, known: bool) -> None:
    """A year or an era that somebody slipped in would be shown as the units' certification."""
    source = next(each for each in SOURCES if each.card.id == owner)
    assert column in source.columns
    records = read_rows(source, POINT, [{**good_row(source), column: cell}], NOW)
    assert (term in records.rows[0].facts) is known
    told = [reject for reject in records.rejects if reject.column == column]
    assert bool(told) is not known
    for reject in told if cell != "令和99年12月31日" else ():
        assert "more than a year ahead" in reject.reason[1]
        assert "1年より先" in reject.reason[0]


def test_what_means_there_is_none_is_a_fact_and_an_empty_cell_is_not() -> None:
    source = next(each for each in SOURCES if each.card.id == "customer")
    for cell, known in (("99999999", True), ("", False), (None, False), ("20261101", True)):
        (row,) = read_rows(source, POINT, [{**good_row(source), "TENKYO_YMD": cell}], NOW).rows
        assert ("moved_out" in row.facts) is known
        assert row.value("moved_out") == (date(2026, 11, 1) if cell == "20261101" else None)
