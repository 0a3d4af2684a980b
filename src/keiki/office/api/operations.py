"""What an operation of the API is: its address, what does it, and the rights that it needs. None is without a right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from ninja.errors import ValidationError

from keiki.domain.access import TOKEN_RIGHTS, Right


@dataclass(frozen=True)
class Operation:
    """One operation. ``answers``: the shapes of what is answered when it is done, by status. ``row``: it names one.

    ``extra`` is what OpenAPI shall say besides what the view's signature does.
    """

    method: str
    path: str
    view: Callable[..., Any]
    rights: tuple[Right, ...]
    summary: str
    answers: Mapping[int, Any]
    tag: str
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.rights:
            raise ValueError(f"{self.method} {self.path}: say which right it needs")
        if not set(self.rights) <= set(TOKEN_RIGHTS):
            raise ValueError(f"{self.method} {self.path}: no token has this right")

    @property
    def id(self) -> str:
        """Its name in OpenAPI, in the audit and in the URL table."""
        return self.view.__name__

    @property
    def row(self) -> bool:
        """Whether the address names a row, or a place, of one service office."""
        return "{" in self.path


def check_query(request: HttpRequest, known: Set[str]) -> None:
    """Raise what is answered where a parameter of the query is not ``known``, or is there twice.

    A misspelt filter would be passed over otherwise, and its caller take every row for the wanted ones.
    """
    wrong = [
        {"loc": ("query", _spelled(name)), "type": "extra_forbidden" if name not in known else "given_twice"}
        for name, given in request.GET.lists()
        if name not in known or len(given) > 1
    ]
    if wrong:
        raise ValidationError(wrong)


def _spelled(name: str) -> str:
    """Return a name as a parameter may be called; what else stood there may be anything, and is not repeated."""
    return name if re.fullmatch(r"[a-z_]{1,30}", name) else "?"
