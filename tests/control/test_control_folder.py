"""The agent's folder, settings and command line: what is made, what is refused, and in which words."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest
from control_rig import AgentProcess, Office, control_command

from keiki.control.folder import Folder, FolderError
from keiki.control.journal import AgentJournal
from keiki.control.operator_messages import MESSAGES
from keiki.control.settings import AgentSettings, read_settings
from keiki.foundation.files.sqlite_schema import FileNewer
from keiki.foundation.settings.errors import WrongSettingError
from keiki.protocols.sealing.identity import Identity, Zone
from keiki.relay.client import is_login_name

UNSOUND = sorted((Path(__file__).parents[2] / "vectors" / "identity").glob("s*-office.txt"))
"""Cards of an office, each with one key that is none."""
GOOD = 'relay_url = "nats://127.0.0.1:4222"\nhead_end = "127.0.0.1:7000"\n'


class TestFolder:
    def test_keys_are_for_their_owner_only_and_stay_when_made_again(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path / "control")
        folder.make("control-1")
        before = (folder.identity().card, folder.login_name())
        folder.make("control-2")
        assert (folder.identity().card, folder.login_name()) == before
        assert is_login_name(before[1])
        assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "control" / "keys").iterdir()} == {0o600}
        assert stat.S_IMODE((tmp_path / "control").stat().st_mode) == 0o700

    def test_the_relay_key_is_no_part_of_the_identity(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path)
        folder.make("control")
        assert folder.login_name() not in folder.identity().card.to_json()

    def test_an_identity_open_to_others_is_refused(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path)
        folder.make("control")
        os.chmod(tmp_path / "keys" / "identity.pem", 0o644)
        with pytest.raises(FolderError, match="open to others"):
            folder.identity()

    def test_only_an_offices_card_is_trusted(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path)
        folder.make("control")
        with pytest.raises(FolderError, match="no office is enrolled"):
            folder.office()
        for zone in (Zone.CONTROL, Zone.HANDHELD):
            card = Identity.generate(zone, "other").card.to_json().encode()
            with pytest.raises(FolderError, match="from the office only"):
                folder.trust_office(card)
        with pytest.raises(FolderError, match="identity card"):
            folder.trust_office(b"{}")
        office = Identity.generate(Zone.OFFICE, "office").card
        folder.trust_office(office.to_json().encode())
        assert folder.office() == office

    @pytest.mark.parametrize("path", UNSOUND, ids=lambda path: path.stem)
    def test_a_card_with_a_key_that_is_none_is_neither_enrolled_nor_used(self, tmp_path: Path, path: Path) -> None:
        folder = Folder(tmp_path)
        card = bytes.fromhex(path.read_text().partition("\n\n")[2])
        with pytest.raises(FolderError, match="do not enrol or use this card"):
            folder.trust_office(card)
        (tmp_path / "office.card.json").write_bytes(card)
        with pytest.raises(FolderError, match="do not enrol or use this card"):
            folder.office()


class TestSettings:
    def test_two_keys_are_enough(self, tmp_path: Path) -> None:
        (tmp_path / "settings.toml").write_text(GOOD)
        settings = read_settings(tmp_path / "settings.toml")
        assert settings == AgentSettings("nats://127.0.0.1:4222", "127.0.0.1:7000")
        assert settings.head_end_address == ("127.0.0.1", 7000)

    @pytest.mark.parametrize(
        ("text", "en", "ja"),
        [
            ("", "relay_url: must be set", "relay_url: この項目がありません"),
            ('relay_url = "nats://127.0.0.1:4222"', "head_end: must be set", "head_end: この項目がありません"),
            (GOOD + "paralell = 3", "paralell: unknown key", "paralell: このような項目はありません"),
            (GOOD + "parallel = 0", "parallel: must be from 1 to 256", "parallel: 1から256の間"),
            (GOOD + "parallel = true", "parallel: must be a whole number", "parallel: 整数で"),
            (GOOD + "reply_seconds = 0", "reply_seconds: must be from 0.05 to 60", "reply_seconds: 0.05から60"),
            (GOOD + "reply_seconds = nan", "reply_seconds: must be a number", "reply_seconds: 数で"),
            (
                GOOD.replace("127.0.0.1:4222", "relay.example:4222"),
                "must be tls://host:port off this machine",
                "tls://",
            ),
            (GOOD.replace("127.0.0.1:4222", "10.0.0.5:4222"), "must be tls://host:port off this machine", "tls://"),
            (GOOD + 'relay_authority = "no.pem"', "relay_authority: names", "relay_authority: "),
            (GOOD + 'keep_days = "1"', "keep_days: must be a whole number", "keep_days: 整数で"),
            (GOOD.replace("nats:", "http:"), "relay_url: must be", "relay_url: nats://"),
            (GOOD.replace("nats://", "nats://user:secret@"), "without a log-in", "ログイン情報は書きません"),
            (GOOD.replace(":7000", ""), "head_end: must be", "head_end: ホスト:ポート"),
            (GOOD.replace(":7000", ":0"), "head_end: must be", "head_end: ホスト:ポート"),
            ("=", "this is not TOML", "TOMLとして読めません"),
            (GOOD + "x = " + "[" * 9999, "this is not TOML", "TOMLとして読めません"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, tmp_path: Path, text: str, en: str, ja: str) -> None:
        (tmp_path / "settings.toml").write_text(text)
        with pytest.raises(WrongSettingError) as refused:
            read_settings(tmp_path / "settings.toml")
        for said, wanted in ((refused.value.text.en, en), (refused.value.text.ja, ja)):
            assert wanted in said
            assert str(tmp_path / "settings.toml") in said
            assert "secret" not in said

    def test_a_missing_file_says_what_it_needs(self, tmp_path: Path) -> None:
        with pytest.raises(WrongSettingError, match="relay_url and head_end"):
            read_settings(tmp_path / "settings.toml")

    def test_every_setting_is_documented(self) -> None:
        page = (Path(__file__).parents[2] / "docs/operations/relay-and-control.md").read_text()
        assert [name for name in AgentSettings.__dataclass_fields__ if f"`{name}`" not in page] == []


@pytest.mark.slow
class TestCommandLine:
    def test_init_and_trust_print_what_others_enrol(self, tmp_path: Path) -> None:
        agent = AgentProcess(tmp_path / "control")
        made = agent.command("init", "--name", "control-1")
        assert made["card"]["zone"] == "control"
        assert is_login_name(made["relay_key"])
        card = tmp_path / "office.json"
        office = Office(Folder(agent.folder).identity().card)
        card.write_text(office.identity.card.to_json())
        trusted = agent.command("trust-office", "--card", str(card))
        assert trusted["fingerprint"] == office.identity.card.fingerprint

    def test_what_is_missing_is_one_sentence(self, tmp_path: Path) -> None:
        Folder(tmp_path).make("control")
        for command, says in (("run", b"settings.toml: this file is missing"), ("status", b"never ran here")):
            done = subprocess.run(control_command(command, "--data", str(tmp_path)), capture_output=True, check=False)
            assert done.returncode == 2
            assert says in done.stderr
            assert b"Traceback" not in done.stderr

    def test_the_journal_can_be_looked_at_when_no_agent_runs(self, tmp_path: Path) -> None:
        journal = AgentJournal(tmp_path / "journal.sqlite3")
        journal.quarantine(b"\x01" * 32, "malformed", 7, 1_800_000_000.0)
        journal.close()
        shown = subprocess.run(
            control_command("status", "--data", str(tmp_path), "--json"), capture_output=True, check=True
        )
        assert json.loads(shown.stdout)["quarantined"][0]["code"] == "malformed"
        plain = subprocess.run(control_command("status", "--data", str(tmp_path)), capture_output=True, check=True)
        assert b"quarantined malformed (1 time, 7 bytes)" in plain.stdout

    def test_stopping_before_the_relay_was_ever_there_is_clean(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path)
        folder.make("control")
        folder.trust_office(Identity.generate(Zone.OFFICE, "office").card.to_json().encode())
        (tmp_path / "settings.toml").write_text(GOOD.replace("4222", "9"))
        agent = AgentProcess(tmp_path)
        agent.start()
        deadline = 100
        while "relay error" not in agent.log and deadline:
            deadline -= 1
            subprocess.run(["sleep", "0.05"], check=True)
        assert agent.stop() == 0
        assert "Traceback" not in agent.log


def test_a_journal_of_a_newer_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "journal.sqlite3") as db:
        db.execute("PRAGMA user_version = 99")
    for read_only in (True, False):
        with pytest.raises(FileNewer, match=r"format 99.*use the newer Keiki"):
            AgentJournal(tmp_path / "journal.sqlite3", read_only=read_only)


def test_a_journal_of_the_first_version_is_taken_over_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    AgentJournal(path).close()
    with sqlite3.connect(path) as db:  # versions before this one did not count
        db.execute("PRAGMA user_version = 0")
        db.execute("DROP INDEX quarantine_last")
        db.execute("DROP TABLE quarantine_forgotten")
        db.execute("INSERT INTO quarantine VALUES (x'00', 'malformed', 7, 1.0, 1.0, 1)")
    journal = AgentJournal(path)
    assert [each.size for each in journal.quarantined(10)] == [7]
    journal.close()
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == 2


def test_every_message_to_the_operator_is_japanese_and_english() -> None:
    for code, text in MESSAGES.items():
        assert not text.ja.isascii(), code
        assert text.en.isascii(), code
