"""What stands behind the question mark of an address: a screen says which names it knows, and nothing else is silent.

A page ignores what it does not know, and says so. A file that is taken away is refused instead: nobody would read a
note beside it, and a mistyped filter would give more rows than were meant.
"""

from __future__ import annotations

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

SHOWN, LONGEST = 5, 40


def strange_names(request: HttpRequest, known: Collection[str]) -> list[str]:
    """Return the names in the address that are not ``known`` or stand there twice."""
    return [name for name, values in request.GET.lists() if name not in known or len(values) > 1]


def in_words(names: list[str]) -> str:
    """Say what is wrong with these names."""
    told = ", ".join(name[:LONGEST] for name in names[:SHOWN])
    return _("This page does not know these parts of the address, or they stand there twice: {names}.").format(
        names=told
    )


def note_strange(request: HttpRequest, known: Collection[str]) -> None:
    """Say on the page what of its address is ignored; of names that stand there twice the last one counts."""
    names = strange_names(request, known)
    if names and "HX-Request" not in request.headers:
        messages.warning(request, in_words(names) + " " + _("They were ignored; of doubled ones the last counts."))
