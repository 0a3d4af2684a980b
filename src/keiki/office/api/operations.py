"""What an operation of the API is: its address, what does it, and the rights that it needs. None is without a right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

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
