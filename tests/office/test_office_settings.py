"""Settings that are wrong fail loudly and name the key; nothing switches debugging on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from keiki.office.config.database import described
from keiki.office.config.folder import BadSettings, DataFolder, OfficeSettings
from keiki.office.config.wiring import OfficeServices

WRONG = {
    "[office]\nnmae = 'x'": r"settings\.toml:2: office\.nmae: unknown key: known are name, phone",
    "[offices]\nname = 'x'": r"settings\.toml:1: offices: unknown key: known are office, database",
    "[office]\ntime_zone = 'Osaka'": "office.time_zone: is not a time zone",
    "[relay]\nurl = 4222": "relay.url: must be a text",
    "[mail]\nport = '25'": "mail.port: must be a whole number",
    "[mail]\nport = true": "mail.port: must be a whole number",
    "[mail]\nhost = 'mail'": "mail.sender: where",
    "[database]\nengine = 'oracle'": "database.engine: must be one of 'sqlite', 'postgresql'",
    "[database]\nengine = 'postgresql'": "database.user",
    "[database]\nengine = 'postgresql'\nuser = 'k'\nhost = 'db.example'": "database.ca_file: name the authority",
    "[database]\nengine = 'postgresql'\nuser = 'k'\nhost = 'localhost,db.example'": "database.ca_file",
    "[database]\nengine = 'postgresql'\nuser = 'k'\nhost = '10.0.0.5'": "plaintext = true",
    "[database]\nengine = 'postgresql'\nuser = 'k'\nca_file = 'ca.pem'\nplaintext = true": "database.plaintext",
    "[terms]\nwork_order_days = 0": "terms.work_order_days: must be from 1 to 60",
    "[terms]\ncommand_minutes = 100000": "terms.command_minutes: must be from 1 to 10080",
    "[audit]\ncheckpoint_events = 1": "audit.checkpoint_events: must be from 10 to 100000",
    "[web]\nport = 0": "web.port: must be from 1 to 65535",
    "[web]\nurl = 'http://keiki.example'": "web.url: only https off this machine",
    "[web]\nurl = 'https://keiki.example'": "web.certificate: https needs",
    "[access]\nsecond_factor = 'all'": "access.second_factor: is neither",
    "debug = true": "debug: unknown key",
    "[office]\ndebug = true": r"office\.debug: unknown key",
    "office = 1": "office: must be a table",
    "[office": "not TOML",
    "x = " + "[" * 9999: "not TOML",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:80].replace("\n", " "))
def test_wrong_settings_are_refused_by_name(text: str) -> None:
    with pytest.raises(BadSettings, match=WRONG[text]) as refused:
        OfficeSettings.from_toml(text)
    ja, en = refused.value.sentence
    assert ja.startswith(en.partition(" ")[0])
    assert not ja.isascii()


def test_an_empty_file_means_every_default() -> None:
    assert OfficeSettings.from_toml("") == OfficeSettings()


def test_files_of_another_encoding_are_refused_by_name_and_a_mark_in_front_does_no_harm(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    data.settings_file.write_bytes('[office]\nname = "北摂営業所"\n'.encode("utf-8-sig"))
    assert data.settings().office.name == "北摂営業所"
    sources = tmp_path / "sources.toml"
    sources.write_bytes('owner = "お客さま"'.encode("cp932"))
    with pytest.raises(BadSettings, match=r"sources\.toml is not UTF-8: save it as UTF-8"):
        assert OfficeServices(data).sources
    data.settings_file.write_bytes('[office]\nname = "北摂営業所"\n'.encode("cp932"))
    with pytest.raises(BadSettings, match=r"settings\.toml: this file is not UTF-8"):
        data.settings()


def test_these_tests_run_on_the_engine_they_were_asked_to(db: None) -> None:
    assert connection.vendor == os.environ.get("KEIKI_TEST_DATABASE", "sqlite")


def test_debugging_is_off_and_commits_are_durable(tmp_path: Path) -> None:
    assert django_settings.DEBUG is False
    options = described(DataFolder(tmp_path), OfficeSettings())["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("x\n")
    file.chmod(0o644)
    with pytest.raises(BadSettings, match="chmod 600"):
        DataFolder(tmp_path).secret("secret")
    file.chmod(0o600)
    assert DataFolder(tmp_path).secret("secret") == "x"


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations" / "office.md").read_text(encoding="utf-8")
    names = {f"{section}.{key}" for section, keys in OfficeSettings().__dict__.items() for key in keys.__dict__}
    assert not {name for name in names if f"`{name}`" not in page}
