"""Settings become a checked value, or everything that is wrong is told at once, each with its place."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keiki.foundation.settings.document import SettingsDocument
from keiki.foundation.settings.errors import WrongSettingError, WrongValueError
from keiki.foundation.settings.reader import read_table
from keiki.foundation.settings.tables import Several, StrictTable, Text, ZoneName, between, duration, one_of


@dataclass(frozen=True)
class Column(StrictTable):
    name: Text
    at: Annotated[int, between(1, 9)] = 1


@dataclass(frozen=True)
class Door(StrictTable):
    width: float = 1.0
    open: bool = False
    handle: str = ""

    def __post_init__(self) -> None:
        if self.open and not self.handle:
            raise WrongValueError(ja="開けるには取っ手が必要です", en="needs a handle to open", key="handle")


@dataclass(frozen=True)
class House(StrictTable):
    name: str
    colour: Annotated[str, one_of("red", "blue")] = "red"
    zone: ZoneName = "Asia/Tokyo"
    size: Literal["small", "large"] = "small"
    wait: Annotated[timedelta, duration()] = timedelta(hours=1)
    tags: Several[str] = ()
    door: Door = field(default_factory=Door)
    column: Several[Column] = ()
    rooms: Mapping[str, Column] = field(default_factory=dict)
    back: Door | None = None


def read(text: str) -> House:
    return read_table(House, SettingsDocument.parse(text, "house.toml"))


WRONG = {
    "colour = 'red'": (
        "house.toml: name: must be set: add it",
        "house.toml: name: この項目がありません。加えてください",
    ),
    "name = 1": ("house.toml:1: name: must be a text, not a whole number", "文字列で指定してください。整数が書かれ"),
    "name = 'x'\nnmae = 1": (
        "house.toml:2: nmae: unknown key: known are name, colour",
        "nmae: このような項目はありません",
    ),
    "name = 'x'\ncolour = 'green'": ("2: colour: must be one of red, blue", "red, blue のどれか"),
    "name = 'x'\nsize = 'middle'": ("2: size: must be one of 'small', 'large'", "'small', 'large' のどれか"),
    "name = 'x'\nzone = '../etc/passwd'": ("2: zone: is not a time zone", "その名前の時間帯はありません"),
    "name = 'x'\nzone = ''": ("2: zone: is not a time zone", "その名前の時間帯はありません"),
    "name = 'x'\nwait = '60'": ("2: wait: must be a duration", "時間の長さで指定"),
    "name = 'x'\nwait = 60": ("2: wait: must be a duration", "時間の長さで指定"),
    "name = 'x'\nwait = '99999999999h'": ("2: wait: must be from 1ms to 3660d", "1msから3660dの間"),
    "name = 'x'\ntags = 'a'": ("2: tags: must be a list [...], not a text", "並び [...]で指定"),
    "name = 'x'\ntags = ['a', 1]": ("2: tags[2]: must be a text", "文字列で指定"),
    "name = 'x'\ndoor = 3": ("2: door: must be a table, not a whole number", "表で指定"),
    "name = 'x'\n\n[door]\nwidth = true": ("4: door.width: must be a number, not true or false", "数で指定"),
    "name = 'x'\n[door]\nwidth = nan": ("3: door.width: must be a number", "数で指定"),
    "name = 'x'\n[door]\nopen = 'yes'": ("3: door.open: must be true or false, not a text", "true か false"),
    "name = 'x'\n[door]\nopen = true": ("2: door.handle: needs a handle", "取っ手が必要"),
    "name = 'x'\n[back]\nlock = 1": ("3: back.lock: unknown key: known are width, open, handle", "使えるもの: width"),
    "name = 'x'\n[[column]]\nname = ''": ("3: column[].name: must be a text that is not empty", "空でない文字列"),
    "name = 'x'\n[[column]]\nname = 'k'\nat = 0": ("4: column[k].at: must be from 1 to 9", "1から9の間"),
    "name = 'x'\n[[column]]\nat = 1.5": ("3: column[1].at: must be a whole number, not a number", "整数で指定"),
    "name = 'x'\n[[column]]\nname = 'k'\nto = 0": ("4: column[k].to: unknown key: known are name, at", "使えるもの"),
    "name = 'x'\n[rooms.hall]\nname = 'k'\nto = 0": ("4: rooms.hall.to: unknown key: known are name, at", "使えるもの"),
    "name = 'x'\ncolour = [": ("house.toml:2: this is not TOML (", "TOMLとして読めません"),
    "name = 'x'\ntags = " + "[" * 5000: ("house.toml:2: this is not TOML (", "TOMLとして読めません"),
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:60].replace("\n", " "))
def test_what_is_wrong_is_said_with_its_place_in_both_languages(text: str) -> None:
    en, ja = WRONG[text]
    with pytest.raises(WrongSettingError) as refused:
        read(text)
    assert en in refused.value.text.en
    assert ja in refused.value.text.ja


def test_what_is_right_becomes_the_value() -> None:
    text = """\ufeffname = "x"
        wait = "36h"
        tags = ["a"]
        door = { width = 2 }
        column = [{ name = "k", at = 2 }]
        rooms = { hall = { name = "h" } }
        """
    assert read(text) == House(
        "x",
        wait=timedelta(hours=36),
        tags=("a",),
        door=Door(2.0),
        column=(Column("k", 2),),
        rooms={"hall": Column("h")},
    )


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(WrongSettingError) as refused:
        read("colour = 'green'\nfoo = 1\n[door]\nopen = 1\n[[column]]\nname = 2")
    assert [str(problem.place) for problem in refused.value.problems] == [
        "house.toml: name",
        "house.toml:1: colour",
        "house.toml:2: foo",
        "house.toml:4: door.open",
        "house.toml:6: column[1].name",
    ]


def test_no_error_repeats_a_value_that_no_rule_names() -> None:
    with pytest.raises(WrongSettingError) as refused:
        read("name = 'x'\npasswd = 'hunter22'\ncolour = 'hunter22'\ntags = 'hunter22'\nwait = 'hunter22'")
    assert "hunter22" not in refused.value.text.en + refused.value.text.ja + repr(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_that_cannot_be_read_is_said_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "house.toml"
    with pytest.raises(WrongSettingError, match=r"house\.toml: this file is missing"):
        SettingsDocument.read(file)
    assert read_table(Door, SettingsDocument.read_if_there(file)) == Door()
    file.write_bytes("name = '家'".encode("cp932"))
    with pytest.raises(WrongSettingError, match=r"house\.toml: this file is not UTF-8: save it as UTF-8"):
        SettingsDocument.read(file)
    with pytest.raises(WrongSettingError, match=r"^here\.toml: this file cannot be read"):
        SettingsDocument.read(tmp_path, "here.toml")


_values = st.recursive(
    st.one_of(st.text(max_size=4), st.integers(), st.booleans(), st.floats(), st.dates(), st.datetimes(), st.times()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "at", "width", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
_KEYS = [*House.__dataclass_fields__, "other"]


@given(st.dictionaries(st.sampled_from(_KEYS), _values))
def test_any_content_is_read_or_refused_with_the_one_error(content: dict[str, object]) -> None:
    document = SettingsDocument("house.toml", content, SettingsDocument.parse("", "").lines)
    with contextlib.suppress(WrongSettingError):
        house = read_table(House, document)
        assert isinstance(house.name, str)
        assert all(type(column.at) is int for column in (*house.column, *house.rooms.values()))
        assert type(house.door.open) is bool
