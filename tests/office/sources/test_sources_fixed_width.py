"""Fixed-width drops: every byte of the file belongs to a record, whether lines end between them or not."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_sources_drops import configured

from keiki.domain.linkage.record import Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.fixed_width import read_numbered_records
from keiki.foundation.files.layout import FileLayout, Span
from keiki.office.sources import Sources, drops
from keiki.office.sources.health import Health, check_sources

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
POINTS = {
    "0600121789396435141107": "MH",
    "0600158418595621550320": "PLC",
    "0600147421090313833883": "MH",
}
RECORDS = [f"{point}202611301{medium:10}".encode("cp932") for point, medium in POINTS.items()]
"""Key 22 bytes, date 8, rain 1, medium 10."""
SPANS = {"供給地点": (1, 22), "時": (23, 8), "雨": (31, 1), "経路": (32, 10)}
LENGTH = 41


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    (tmp_path / "drops").mkdir()
    (tmp_path / "drops" / "a.dat.end").touch()
    return tmp_path / "drops" / "a.dat"


@pytest.fixture
def checked(drop: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[Health, Sources]]]:
    """Write the drop and survey it, as ``sources check`` does."""
    monkeypatch.setattr(drops, "LOOK_SECONDS", 0.0)
    opened: list[Sources] = []

    def check(content: bytes, more: str = "", spans: dict[str, tuple[int, int]] = SPANS) -> tuple[Health, Sources]:
        drop.write_bytes(content)
        drop.with_name("a.dat.end").touch()
        placed = ", ".join(f'{{ name = "{name}", at = {at}, bytes = {size} }}' for name, (at, size) in spans.items())
        access = (
            'folder = { path = "@", files = "*.dat", form = "fixed_width", encoding = "cp932",'
            f' complete = {{ marker = ".end" }}, columns = [{placed}]{more} }}'
        )
        text = configured(drop.parent, access, key="bare", as_of='as_of = { column = "時", format = "yyyymmdd" }')
        for name in ("housing", "voltage_measurement"):
            lines = [line for line in text.splitlines() if not line.strip().startswith(f'{{ name = "{name}"')]
            text = "\n".join(lines)
        opened.append(Sources.from_toml(text, drop.parent.parent / "cache"))
        found = check_sources(opened[-1].configuration, NOW, 5.0, drop.parent.parent / "checked")
        return next(each for each in found if each.source == "distribution"), opened[-1]

    yield check
    for each in opened:
        each.close()


Check = Callable[..., tuple[Health, Sources]]
BYTES = ", record_bytes = 41"


def media(sources: Sources) -> list[object]:
    answers = [sources.link(SupplyPoint(point), NOW).answer("distribution") for point in POINTS]
    return [answer.rows[0].value("medium") if answer.rows else None for answer in answers]


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\n", b"\x1a", b"\x00" * 20], ids=repr)
def test_records_one_behind_the_other_are_read_by_their_length(checked: Check, end: bytes) -> None:
    health, sources = checked(b"".join(RECORDS) + end, BYTES)
    assert (health.rows, health.findings) == (3, ())
    assert media(sources) == ["rf", "plc", "rf"]


@pytest.mark.parametrize("more", ["", BYTES])
def test_records_in_lines_are_read_with_or_without_their_length(checked: Check, more: str) -> None:
    health, sources = checked(b"".join(record + b"\r\n" for record in RECORDS), more)
    assert (health.rows, health.findings) == (3, ())
    assert media(sources) == ["rf", "plc", "rf"]


def test_several_records_in_a_line_are_an_error_that_names_what_is_missing(checked: Check) -> None:
    health, sources = checked(b"".join(RECORDS))
    assert not health.reachable
    assert "its line 1 has 123 bytes, a record 41: say in record_bytes" in health.detail[1]
    assert "record_bytes で指定する" in health.detail[0]
    outcome = sources.link(SupplyPoint(next(iter(POINTS))), NOW).answer("distribution").outcome
    assert isinstance(outcome, Unavailable)


def test_a_record_that_goes_on_behind_the_last_column_needs_its_length(checked: Check) -> None:
    """Columns that nobody reads are no columns of the configuration, so their bytes have to be counted."""
    lines = b"".join(record + b"KYOTO\n" for record in RECORDS)
    assert "record_bytes" in checked(lines)[0].detail[1]
    health, sources = checked(lines, ", record_bytes = 46")
    assert (health.rows, health.findings) == (3, ())
    assert media(sources) == ["rf", "plc", "rf"]
    assert checked(b"".join(record + b"     \n" for record in RECORDS))[0].rows == 3, "blanks are no data"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"".join(RECORDS) + b"0600121", "its record 4 has 7 bytes only"),
        (b"".join(RECORDS)[1:], "its record 3 has 40 bytes only"),
        (b"".join(RECORDS) * 800 + RECORDS[0] + b"\n" + RECORDS[1][:-1], "a line ends inside its record 2402"),
        (RECORDS[0] + b"\n" + RECORDS[1] + RECORDS[2] + b"\n", "its line 2 has 82 bytes"),
    ],
    ids=["left over", "a byte lost", "a line end far behind", "two in a line"],
)
def test_bytes_that_are_no_record_are_an_error(checked: Check, content: bytes, says: str) -> None:
    health, _ = checked(content, BYTES)
    assert not health.reachable
    assert says in health.detail[1]


def test_a_line_that_is_a_little_longer_costs_its_row_alone(checked: Check) -> None:
    lines = b"".join((RECORDS[0], b"\n", RECORDS[1], b"??\n", RECORDS[2], b"\n"))
    health, sources = checked(lines, BYTES)
    assert health.rows == 3
    assert media(sources) == ["rf", None, "rf"]
    assert sources.link(SupplyPoint(list(POINTS)[1]), NOW).answer("distribution").rejects


def test_a_large_file_without_line_ends_is_not_read_into_memory_as_one_line(tmp_path: Path) -> None:
    path = tmp_path / "large.dat"
    with path.open("wb") as file:
        file.write(RECORDS[0] * 100_000)
    layout = FileLayout(form="fixed_width", columns=(Span("供給地点", 1, 22), Span("経路", 32, 10)))
    tracemalloc.start()
    with pytest.raises(DamagedFileError, match="say in record_bytes"):
        list(read_numbered_records(layout, path, ["供給地点"]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000 < path.stat().st_size
