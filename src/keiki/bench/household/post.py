"""Reading one's post: the password in an e-mail, the authentication ID in a letter.

A customer looks for the word and takes what stands beside or below it; so does this. What was found is never part of
an error.
"""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pypdfium2

_PASSWORD_WORD = re.compile(r"password|パスワード", re.IGNORECASE)
_PASSWORD = re.compile(r"(?:^|[\s::「\"])([0-9A-Za-z]{12})[\s」\"]*$")
_ID = re.compile(r"(?<![0-9A-Za-z])[0-9A-F]{4}(?:[\s\u00a0]*[0-9A-F]{4}){7}(?![0-9A-Za-z])")


class NotInThePostError(LookupError):
    """The letter or e-mail is not there, or does not say what it should; says which."""


def password_in(mail: EmailMessage) -> str:
    """Return the 12 characters that stand behind the word "password", or on the next line that is not empty."""
    body = mail.get_body(preferencelist=("plain",))
    if body is None:
        raise NotInThePostError("the e-mail has no plain text to read a password in")
    lines = [line.strip() for line in str(body.get_content()).splitlines() if line.strip()]
    spoken_of = False
    for line in lines:
        found = _PASSWORD.search(line)
        spoken_here = _PASSWORD_WORD.search(line) is not None
        if found and (spoken_here or (spoken_of and found.group(1) == line)):
            return found.group(1)
        spoken_of = spoken_here
    raise NotInThePostError("the e-mail does not show a password of 12 characters behind or below that word")


def authentication_id_in(letter: Path) -> str:
    """Return the authentication ID printed in a letter (PDF): 32 characters 0-9 A-F, in one piece or in fours."""
    try:
        document = pypdfium2.PdfDocument(letter)
    except (OSError, pypdfium2.PdfiumError):
        raise NotInThePostError("the letter cannot be opened as a PDF: give the file that was posted") from None
    try:
        text = "\n".join(_text(document, nth) for nth in range(len(document)))
    finally:
        document.close()
    found = _ID.search(text)
    if found is None:
        raise NotInThePostError("the letter shows no authentication ID of 32 characters 0-9 A-F")
    return re.sub(r"[^0-9A-F]", "", found.group())


def _text(document: pypdfium2.PdfDocument, nth: int) -> str:
    page = document[nth]
    text = page.get_textpage()
    try:
        return str(text.get_text_range())
    finally:
        text.close()
        page.close()
