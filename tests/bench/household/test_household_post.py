"""The mail server, the letter, and the door through which a household takes its password."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from household_home import ADDRESS, AUTHENTICATION_ID, Home
from hypothesis import given
from hypothesis import strategies as st

from keiki.bench.console import call
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
