"""The one CSV reader: the table of damaged files, line numbers, and both ways of reading against each other."""

from __future__ import annotations

import csv
import io
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csv_damage import DAMAGES, Damage
from keiki.foundation.files import csv_errors, csv_scan
from keiki.foundation.files.csv_batches import CsvBatches
from keiki.foundation.files.csv_errors import CsvRefusedError
from keiki.foundation.files.csv_reader import CsvReader
from keiki.foundation.files.csv_records import UTF8, CsvForm, CsvReject

COLUMNS = ("key", "medium", "note")
Found = tuple[list[tuple[int, tuple[str, ...]]], list[tuple[int, str]]]


def by_rows(path: Path, form: CsvForm = UTF8, columns: tuple[str, ...] = COLUMNS) -> Found:
    rows, rejects = [], []
    reader = CsvReader(path, form)
    try:
        places = reader.places(columns)
        for row in reader:
            if isinstance(row, CsvReject):
                rejects.append((row.line, row.reason.en))
            else:
                rows.append((row.line, tuple(row.cells[place] for place in places)))
    finally:
        reader.close()
    assert reader.rows == len(rows) + len(rejects)
    assert reader.rejected == len(rejects)
    return rows, rejects


def by_batches(path: Path, form: CsvForm = UTF8, columns: tuple[str, ...] = COLUMNS, block: int = 1 << 20) -> Found:
    rows = []
    reader = CsvBatches(path, form, only=columns, coded=lambda names: names[1:2], block=block)
    for batch, lines in reader.batches():
        cells = [column.to_pylist() for column in batch.columns]
        rows += list(zip(lines.tolist(), zip(*cells, strict=True), strict=True))
    assert reader.rows == len(rows) + len(reader.rejects)
    return rows, sorted((reject.line, reject.reason.en) for reject in reader.rejects)


def found_in(read: object, *arguments: object, **named: object) -> Found | tuple[int | None, str]:
    try:
        return read(*arguments, **named)  # type: ignore[operator, no-any-return]
    except CsvRefusedError as error:
        return error.line, error.reason.en


@pytest.mark.parametrize("read", [by_rows, by_batches], ids=["rows", "batches"])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_every_damaged_file_is_read_rejected_or_refused_with_its_own_lines(
    tmp_path: Path, damage: Damage, read: object
) -> None:
    path = tmp_path / "DAMAGED.CSV"
    path.write_bytes(damage.content)

    found = found_in(read, path, CsvForm(encoding=damage.encoding))

    if damage.refused is not None:
        assert (found[0] or 0) == damage.refused
        return
    rows, rejects = found
    assert tuple(line for line, _ in rows) == damage.lines
    assert tuple(line for line, _ in rejects) == damage.rejected


@pytest.mark.parametrize("block", [1, 2, 7, 64])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_the_place_where_a_block_ends_changes_nothing(tmp_path: Path, damage: Damage, block: int) -> None:
    path = tmp_path / "damaged.csv"
    path.write_bytes(damage.content)
    form = CsvForm(encoding=damage.encoding)

    assert found_in(by_batches, path, form, block=block) == found_in(by_rows, path, form)


@given(st.text(alphabet='a",\n\r \0é-', max_size=60), st.integers(1, 40))
@settings(max_examples=600, deadline=None)
def test_both_ways_of_reading_give_the_same_rows_and_rejects(
    tmp_path_factory: pytest.TempPathFactory, text: str, block: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "drawn.csv"
    path.write_bytes(f"key,medium,note\nk,rf,x\n{text}".encode())

    assert found_in(by_batches, path, block=block) == found_in(by_rows, path)


def swallows(cell: str) -> bool:
    lines = cell.split("\n")
    return len(lines) > 1 and (cell.count(",") == 2 * (len(lines) - 1) or any(x.count(",") == 2 for x in lines[1:-1]))


@given(st.lists(st.tuples(*[st.text(alphabet='ab",\n é', max_size=5)] * 3), max_size=12))
@settings(max_examples=300, deadline=None)
def test_what_a_spreadsheet_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([COLUMNS, *rows])
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(out.getvalue().encode())

    for read in (by_rows, by_batches):
        found, rejects = read(path)
        swallowing = [row for row in rows if any(map(swallows, row))]
        assert [cells for _, cells in found] == [row for row in rows if row not in swallowing]
        assert len(rejects) == len(swallowing)


@pytest.mark.parametrize("read", [by_rows, by_batches], ids=["rows", "batches"])
def test_a_file_without_heading_with_lines_before_it_and_after_it(tmp_path: Path, read: object) -> None:
    path = tmp_path / "export.txt"
    path.write_bytes("出力\tA\nk1\trf\tx\nk2\trf\n合計 1\n".encode("cp932"))
    form = CsvForm(encoding="cp932", delimiter="\t", header=False, skip_lines=1, trailer=True)

    rows, rejects = found_in(read, path, form, ("1", "3"))

    assert rows == [(2, ("k1", "x"))]
    assert [line for line, _ in rejects] == [3]


def test_the_last_line_is_kept_where_it_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text('a,b\n1,"x"\nEND "1\n\n\x1a', "utf-8")

    reader = CsvReader(path, CsvForm(trailer=True))

    assert [row.cells for row in reader] == [["1", "x"]]
    assert reader.trailer == 'END "1'


def test_bytes_that_are_no_text_refuse_the_file_also_in_a_column_that_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"key,medium,note\nk1,rf,ok\nk2,rf,\x83\n")

    assert found_in(by_batches, path, columns=("key",)) == found_in(by_rows, path, columns=("key",))
    assert found_in(by_batches, path, columns=("key",))[0] == 3


def test_bytes_that_are_no_text_can_be_left_to_the_reader_of_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"key,medium,note\nk1,rf,\x83\nk2,rf,ok\n")
    form = CsvForm(replace_undecodable=True)

    expected = [(2, ("k1", "rf", "\ufffd")), (3, ("k2", "rf", "ok"))]
    assert by_rows(path, form) == by_batches(path, form) == (expected, [])


def test_both_wave_dashes_of_shift_jis_name_one_column(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes("key,期間（自〜至）\nk1,x\n".encode("shift_jis"))

    assert by_rows(path, CsvForm(encoding="cp932"), ("key", "期間（自〜至）"))[0] == [(2, ("k1", "x"))]
    assert by_rows(path, CsvForm(encoding="shift_jis"), ("key", "期間（自～至）"))[0] == [(2, ("k1", "x"))]


def test_a_refusal_names_file_and_line_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "needs.csv"
    path.write_text('a,b\n1,2\n3,"4\n', "utf-8")

    with pytest.raises(CsvRefusedError) as refused:
        list(CsvReader(path))

    assert refused.value.text.en.startswith("needs.csv, line 3: a quotation mark opens here and is not closed")
    assert refused.value.text.ja.startswith("needs.csv の3行目: 引用符")


def test_a_large_file_with_scattered_damage_keeps_every_row_and_line(tmp_path: Path) -> None:
    chance, path = random.Random(4), tmp_path / "large.csv"
    odd = ("k,rf\n", "\n", 'k,rf,"two\nlines"\n', "k,rf,ok,\n", 'k,rf,"a ""b"""\n', "k,rf,ok\r\n")
    lines = [chance.choice(odd) if chance.random() < 0.01 else "k,rf,ok\n" for _ in range(40_000)]
    path.write_text("key,medium,note\n" + "".join(lines), "utf-8", newline="")

    assert by_batches(path, block=1 << 14) == by_rows(path)


def test_a_file_that_is_said_to_be_utf_16_is_read(tmp_path: Path) -> None:
    path = tmp_path / "unicode.csv"
    path.write_text("key,medium,note\nk1,rf,表\n", "utf-16")
    form = CsvForm(encoding="utf-16")

    assert by_rows(path, form) == by_batches(path, form) == ([(2, ("k1", "rf", "表"))], [])


SAID = {
    "utf-16": ("key,medium,note\n".encode("utf-16"), "it is UTF-16: save it as UTF-8"),
    "utf-32": ("key,medium,note\n".encode("utf-32"), "it is UTF-32: save it as UTF-8"),
    "sep=;": (b"sep=;\nkey;medium;note\n", "its first line “sep=;” is a note to a spreadsheet, not a heading"),
    "SEP = ,": (b"SEP = ,\nkey,medium,note\n", "is a note to a spreadsheet"),
    "semicolons": (b"key;medium;note\nk1;rf;ok\n", "one column with semicolons in it (2 times)"),
    "TABs": (b"key\tmedium\tnote\nk1\trf\tok\n", "one column with TABs in it (2 times)"),
}


@pytest.mark.parametrize("read", [by_rows, by_batches], ids=["rows", "batches"])
@pytest.mark.parametrize("case", SAID)
def test_what_a_spreadsheet_saved_otherwise_is_named(tmp_path: Path, case: str, read: object) -> None:
    content, expected = SAID[case]
    (tmp_path / "saved.csv").write_bytes(content)
    with pytest.raises(CsvRefusedError) as caught:
        read(tmp_path / "saved.csv")  # type: ignore[operator]
    assert expected in caught.value.text.en
    assert re.search("[ぁ-ん]", caught.value.text.ja)


def test_a_file_of_semicolons_is_read_where_its_layout_says_so(tmp_path: Path) -> None:
    (tmp_path / "saved.csv").write_bytes(b"key;medium;note\nk1;rf;ok\n")
    form = CsvForm(delimiter=";")
    assert (
        by_rows(tmp_path / "saved.csv", form)
        == by_batches(tmp_path / "saved.csv", form)
        == ([(2, ("k1", "rf", "ok"))], [])
    )
    (tmp_path / "saved.csv").write_bytes(b"key,medium,note\nk1,rf,ok\n")
    with pytest.raises(CsvRefusedError, match=r"commas in it \(2 times\)"):
        by_rows(tmp_path / "saved.csv", form)


@pytest.mark.parametrize("read", [by_rows, by_batches], ids=["rows", "batches"])
def test_a_line_without_end_is_refused_and_not_read_into_memory(
    tmp_path: Path, read: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (csv_errors, csv_scan):
        monkeypatch.setattr(module, "LONGEST_LINE", 3 << 20)
    (tmp_path / "endless.csv").write_bytes(b"key,medium,note\nk1,rf,ok\nk2,rf," + b"x" * (8 << 20))
    with pytest.raises(CsvRefusedError, match="line 3: a line has more than") as caught:
        read(tmp_path / "endless.csv")  # type: ignore[operator]
    assert caught.value.line == 3
