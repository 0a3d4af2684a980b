"""The integrator's file: each mistake is refused when it is read, with its place and what to do."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keiki.bench.servers.servers import sources_text
from keiki.office.sources import ConfigurationError, Sources
from keiki.office.sources.configuration import read_configuration

TEXT = sources_text(Path("town"))
MISTAKES = {
    "not TOML": ("[[source]]\nid", "[[source\nid", "this is not TOML"),
    "unknown key": ('max_age = "60h"', 'max_age = "60h"\nmaxage = "1h"', r"source\[customer\]\.maxage: unknown key"),
    "no limit of age": ('max_age = "60h"\n', "", r"source\[customer\]\.max_age: must be set"),
    "age without unit": ('max_age = "60h"', 'max_age = "60"', "must be a duration"),
    "no time at all": ('timeout = "2s"', 'timeout = "0s"', "from 1ms to 60s"),
    "waiting for hours": ('timeout = "2s"', 'timeout = "2h"', "from 1ms to 60s"),
    "older than any calendar": ('max_age = "60h"', 'max_age = "99999999999999h"', "from 1ms to 3660d"),
    "an id that is a path": ('id = "distribution"', 'id = "../dms"', "id: must have letters, digits"),
    "an id like the catalogue's": ('id = "distribution"', 'id = "(catalogue)"', "id: must have letters, digits"),
    "a code that no cell can be": ('"K" = "detached"', '" K" = "detached"', "has blanks around it"),
    "a none that no cell can be": ('none = ["99999999"]', 'none = ["99999999 "]', "has blanks around it"),
    "a code that means two things": (
        'codes = { "H1" = "hokusetsu", "H2" = "senshu" }',
        'codes = { "H1" = "hokusetsu" }, none = ["H1"]',
        "in both 'codes' and 'none'",
    ),
    "a table of no codes": ('codes = { "K" = "detached", "S" = "multi_dwelling" }', "codes = {}", "'codes' is empty"),
    "a parameter written together": ("WHERE spid = :key", "WHERE spid = :keys", "does not use :key"),
    "a parameter nobody gives": ("WHERE spid = :key", "WHERE spid = :key AND upd > :since", "no parameter :since"),
    "one model, two units": ('"TCV-R" = { unit = "CV-R" }', '"TMS-12-030" = { unit = "CV-R" }', "is SW2W30 in another"),
    "unknown key format": ('format = "hyphenated"', 'format = "dotted"', r"key\.format: must be one of bare"),
    "unknown time format": ('format = "epoch" }', 'format = "unix" }', r"as_of\.format: must be one of epoch"),
    "unknown zone": (
        '"upd", format = "epoch" }',
        '"upd", format = "iso", zone = "Tokyo" }',
        r"as_of\.zone: unknown zone",
    ),
    "zone of an instant": ('"upd", format = "epoch" }', '"upd", format = "epoch", zone = "UTC" }', "needs no 'zone'"),
    "unknown term": ('name = "renewable"', 'name = "solar"', "no term 'solar'"),
    "code for a wrong value": ('"1" = "1P2W"', '"1" = "1P2"', "'phase' cannot be"),
    "code of a wrong kind": ('"030" = 30', '"030" = "30"', "'capacity' cannot be"),
    "flag without codes": (', codes = { "ｱﾘ" = true, "ﾅｼ" = false }', "", "needs 'codes' or 'model'"),
    "office without codes": (', codes = { "H1" = "hokusetsu", "H2" = "senshu" }', "", "needs 'codes' or 'model'"),
    "office in the owner's own spelling": ('"H2" = "senshu"', '"H2" = "泉州営業所"', "'service_office' cannot be"),
    "date without format": ('"TEKIYO_KAISI_YMD", format = "yyyymmdd"', '"TEKIYO_KAISI_YMD"', "has a 'format'"),
    "none for what always is": ('column = "KEIYAKU_NO"', 'column = "KEIYAKU_NO", none = [""]', "'none' is not allowed"),
    "two ways to read": ('model = "communication.unit"', 'model = "communication.unit", codes = {}', "give one of"),
    "unknown attribute": ('model = "metering.phase"', 'model = "metering.colour"', "'model' must name"),
    "query for everybody": ("WHERE spid = :key", "WHERE spid = spid", "does not use :key"),
    "query that writes": ('query = "SELECT spid', 'query = "UPDATE spid', "must begin with SELECT"),
    "two sources of one id": ('id = "distribution"', 'id = "customer"', "two sources have this id"),
    "one fact, two owners": ('name = "depot"', 'name = "phase", codes = { "1" = "1P2W" }', "already given by"),
    "stock from nowhere": ('[stock]\nsource = "allocation"', '[stock]\nsource = "shop"', "no source 'shop'"),
    "model without unit": (
        '"TCV-R" = { unit = "CV-R" }',
        '"TCV-R" = { name = "CV-R" }',
        r"model\.cover\.TCV-R\.unit: must be set",
    ),
    "unknown driver": ("sqlite:///", "nodatabase:///", "url cannot be used"),
    "empty query": ('count = """\nSELECT', 'count = """\n"""\nother = """\nSELECT', "must be a text that is not empty"),
}


def test_the_towns_own_file_is_right_and_complete() -> None:
    configuration = read_configuration(TEXT)
    units = set(configuration.units.values())
    assert len(units) == len(configuration.units) == 12 + 24 + 10 + 2
    assert {source.key.name for source in configuration.sources} == {"bare", "hyphenated", "zero_lost", "full_width"}
    assert len({source.as_of_format for source in configuration.sources}) == 5


@pytest.mark.parametrize(("old", "new", "says"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_refused_with_its_place(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(ConfigurationError, match=says) as refused:
        Sources.from_toml(TEXT.replace(old, new, 1))
    assert "source" in str(refused.value)


def test_every_mistake_is_told_at_once_with_its_line_in_both_languages() -> None:
    wrong = TEXT.replace('max_age = "60h"', "max_age = 60", 1).replace("[search.serial]", "[search.serials]")
    with pytest.raises(ConfigurationError) as refused:
        read_configuration(wrong)
    ja, en = (said.splitlines() for said in refused.value.sentence)
    lines = wrong.splitlines()
    places = [f"{1 + lines.index(line)}" for line in ("max_age = 60", "[search.serials]")]
    assert [line.split(": ")[0] for line in en] == [line.split(": ")[0] for line in ja]
    assert [line.split(": ")[0] for line in en] == [f"sources.toml:{line}" for line in places]
    assert "時間の長さで指定" in ja[0]
    assert "このような項目はありません" in ja[1]


def test_keys_of_a_database_are_refused_beside_another_way() -> None:
    folder = 'folder = { path = "x", files = "*.csv", form = "csv", complete = { settled = "1s" } }'
    wrong = re.sub('url = "sqlite:[^"]*"', folder, TEXT, count=1)
    with pytest.raises(ConfigurationError, match=r"source\[customer\]\.query: is for databases"):
        read_configuration(wrong)


def test_a_mark_in_front_of_the_text_does_no_harm() -> None:
    assert read_configuration("\ufeff" + TEXT).sources


def test_what_may_be_left_out_is_named_where_a_key_is_not_known() -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_configuration(TEXT.replace("[search.serial]", "[search.serials]"))
    assert "known are customer_number, address, serial" in str(refused.value)


def test_a_colon_that_is_no_parameter_is_written_with_a_backslash() -> None:
    query = "WHERE spid = :key AND tatemono::text <> '12:30' AND vmeas <> '\\\\:x'"
    assert read_configuration(TEXT.replace("WHERE spid = :key", query)).sources


def test_an_address_with_a_password_is_never_shown() -> None:
    secret = TEXT.replace("sqlite:///", "postgresql://keiki:hunter22@db/", 1)
    with pytest.raises(ConfigurationError, match="url holds a password") as refused:
        Sources.from_toml(secret)
    assert "hunter22" not in str(refused.value)
    assert "hunter22" not in repr(read_configuration(secret))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://keiki@db/x?password=hunter22",
        "postgresql+psycopg://keiki@db/x?sslmode=verify-full&sslpassword=hunter22",
        "mysql+pymysql://keiki@db/x?passwd=hunter22",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BUID%3Dkeiki%3BPWD%3Dhunter22",
    ],
)
def test_a_password_among_the_options_of_an_address_is_refused_too(url: str) -> None:
    text = re.sub('url = "sqlite:[^"]*"', f'url = "{url}"', TEXT, count=1)
    with pytest.raises(ConfigurationError, match="url holds a password") as refused:
        Sources.from_toml(text)
    assert "hunter22" not in str(refused.value)


def test_a_password_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    text = TEXT.replace('url = "sqlite:///', f'password_file = "{tmp_path}/none"\nurl = "postgresql://keiki@db/', 1)
    with pytest.raises(ConfigurationError, match="password_file cannot be read"):
        Sources.from_toml(text)


def test_a_database_that_cannot_be_made_read_only_needs_an_account_that_is() -> None:
    text = TEXT.replace("sqlite:///", "mssql+pyodbc://db/", 1)
    with pytest.raises(ConfigurationError, match=r"installed drivers|read_only_account = true"):
        Sources.from_toml(text)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_text_is_read_or_refused_with_the_one_error(data: st.DataObject) -> None:
    """Cut, doubled and exchanged lines: the file is read or refused, never anything else."""
    lines = TEXT.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        act = data.draw(st.sampled_from(["cut", "double", "swap", "half"]))
        if act == "cut":
            del lines[one]
        elif act == "double":
            lines.insert(other, lines[one])
        elif act == "swap":
            lines[one], lines[other] = lines[other], lines[one]
        else:
            lines[one] = lines[one][: len(lines[one]) // 2]
    with contextlib.suppress(ConfigurationError):
        read_configuration("\n".join(lines))
