"""The mail server, the letter, and the door through which a household takes its password."""

from __future__ import annotations

from base64 import b64encode
from email.message import EmailMessage
from pathlib import Path

import pytest
from household_home import ADDRESS, AUTHENTICATION_ID, Home
from hypothesis import given
from hypothesis import strategies as st

from keiki.bench.console import ConsoleError, call
from keiki.bench.household.handover import take_password
from keiki.bench.household.post import NotInThePostError, authentication_id_in, password_in


def mail(text: str) -> EmailMessage:
    made = EmailMessage()
    made.set_content(text)
    return made


@pytest.mark.parametrize(
    "text",
    [
        "パスワード: abcDEF012345\n",
        "パスワード:abcDEF012345\n",
        "Your password is\n\n    abcDEF012345\n\nKeep it.",
        "Distribution company\nパスワード / Password\nabcDEF012345\n",
        "Password: abcDEF012345  \r\nauthentication ID: by post",
    ],
)
def test_a_password_is_read_where_the_mail_shows_it(text: str) -> None:
    assert password_in(mail(text)) == "abcDEF012345"


@pytest.mark.parametrize(
    "text", ["", "Password: abc", "Your password follows by post.\n", "Distribution\nabcDEF012345"]
)
def test_a_mail_that_shows_none_says_so(text: str) -> None:
    with pytest.raises(NotInThePostError):
        password_in(mail(text))


@given(st.text())
def test_any_text_gives_a_password_or_the_one_error(text: str) -> None:
    try:
        found = password_in(mail("password " + text.encode("utf-8", "replace").decode()))
    except NotInThePostError:
        return
    assert len(found) == 12


def test_the_id_is_read_from_a_letter(letter: Path) -> None:
    assert authentication_id_in(letter) == AUTHENTICATION_ID


def test_what_is_no_letter_says_so(tmp_path: Path) -> None:
    (tmp_path / "no.pdf").write_text("no")
    for path in (tmp_path / "no.pdf", tmp_path / "absent.pdf"):
        with pytest.raises(NotInThePostError):
            authentication_id_in(path)


@pytest.mark.slow
def test_mail_arrives_with_and_without_tls_and_is_taken_by_its_household(home: Home) -> None:
    assert call(home.folder, "mail_count", address=ADDRESS) == 0
    with pytest.raises(NotInThePostError, match="no such e-mail"):
        take_password(home.folder, ADDRESS)
    home.receive("abcDEF012345")
    home.receive("newPASSWORD1", tls=False)
    assert call(home.folder, "mail_count", address=ADDRESS.upper()) == 2
    assert take_password(home.folder, ADDRESS) == "newPASSWORD1"
    assert take_password(home.folder, ADDRESS, before_newest=1) == "abcDEF012345"
    for file in (path for path in home.folder.rglob("*") if path.is_file()):
        assert b"PASSWORD1" not in file.read_bytes()


def test_without_a_town_there_is_no_mail(tmp_path: Path) -> None:
    with pytest.raises(NotInThePostError, match="is the town started"):
        take_password(tmp_path, ADDRESS)


@pytest.mark.slow
def test_a_household_counts_its_own_secrets_in_files_of_others_and_never_says_them(
    home: Home, letter: Path, tmp_path: Path
) -> None:
    def look(*paths: Path) -> dict[str, object]:
        asked = {"address": ADDRESS, "letter": str(letter), "paths": [str(path) for path in paths]}
        found: dict[str, object] = call(home.folder, "look_for_secrets", **asked)
        return found

    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "a.log").write_text("nothing of it")
    with pytest.raises(ConsoleError, match="nothing to look for"):
        look(clean)
    home.receive("abcDEF012345")
    home.receive("newPASSWORD1")
    found = look(clean, clean / "absent")
    assert found == {"files": 1, "bytes": 13, "passwords": 0, "authentication_ids": 0, "places": []}
    forms = (b"abcDEF012345", "newPASSWORD1".encode("utf-16-le"), b"newPASSWORD1".hex().encode())
    for number, said in enumerate((*forms, b64encode(b"abcDEF012345"))):
        (tmp_path / f"{number}.bin").write_bytes(b"x" + said + b"y")
        found = look(clean, tmp_path / f"{number}.bin")
        assert (found["passwords"], found["places"]) == (1, [f"{number}.bin"])
        assert "PASSWORD1" not in str(found)
    (tmp_path / "id.bin").write_bytes(bytes.fromhex(AUTHENTICATION_ID))
    assert look(tmp_path / "id.bin")["authentication_ids"] == 1
    shown = look(letter)
    assert shown["passwords"] == 0
    assert int(str(shown["authentication_ids"])) > 0, "what a PDF shows is looked through as well"
