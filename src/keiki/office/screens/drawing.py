"""The meter drawn as its units plug together: what a screen says of each unit, and where each line of it stands.

A view makes a ``Drawing``; ``place`` turns it into coordinates for ``components/drawing.html``. SVG does not wrap text,
so lines are broken here, by the width that characters take on the screen.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

ACTIONS = {
    "keep": gettext_lazy("keep"),
    "none": gettext_lazy("nothing fitted"),
    "replace": gettext_lazy("replace"),
    "new": gettext_lazy("new unit"),
    "remove": gettext_lazy("remove"),
    "wrong": gettext_lazy("does not fit"),
}

TEXT_X, SIGN_ROOM = 32, 18
TEXT_WIDTH = 378
PINS = (120, 142, 289, 311)
PIN_HEIGHT = 16
_PIECE = re.compile(r"[\u0000-\u2fff]+?(?:\s+|$|(?=[\u3000-\uffef]))|.", re.DOTALL)
_NARROW = {**dict.fromkeys(" .,:;'il|!()", 0.28), **dict.fromkeys("frtjI-/", 0.38), **dict.fromkeys("mwMW—", 0.92)}
_NEVER_FIRST = "、。,.・:;!?」』)]}〉》】ー,.:;!?)%"


@dataclass(frozen=True)
class DrawnUnit:
    """One unit drawn. ``kind``: ``communication``, ``metering``, ``option`` or ``cover``. No ``unit``: an empty place.

    ``action`` is a key of ``ACTIONS``, ``action_words`` says it with its reason ("": the bare word), ``trouble`` has
    the short text of each broken rule. ``medium`` chooses the picture: ``rf`` or ``plc`` of a communication unit,
    ``switching`` or ``voltage`` of an optional unit, ``rain`` of a cover. With ``url`` the unit is a link.
    """

    kind: str
    kind_name: str
    unit: str
    words: str
    serial: str = ""
    action: str = "keep"
    action_words: str = ""
    trouble: tuple[str, ...] = ()
    selected: bool = False
    medium: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"no such action of a unit: {self.action!r}")

    @property
    def look(self) -> str:
        """The action that the unit looks like: a unit with a broken rule looks wrong whatever is planned for it."""
        return "wrong" if self.trouble else self.action

    @property
    def plan_text(self) -> str:
        """What is planned for the unit, in words."""
        return self.action_words or str(ACTIONS[self.action])

    @property
    def alternative(self) -> str:
        """The unit in one sentence, for whoever does not see the drawing."""
        name = " ".join(part for part in (self.unit or gettext("no unit"), self.words) if part)
        return gettext("{kind}: {unit}. {rest}").format(
            kind=self.kind_name, unit=name, rest=". ".join((self.plan_text, *self.trouble))
        )


@dataclass(frozen=True)
class Drawing:
    """The units from top to bottom, and what the drawing as a whole shows."""

    units: tuple[DrawnUnit, ...]
    label: str

    @property
    def alternative(self) -> str:
        """The whole drawing in words."""
        return "\n".join((self.label, *(unit.alternative for unit in self.units)))

    @property
    def linked(self) -> bool:
        """Whether any unit is a link: then the drawing is a group of links and no single picture."""
        return any(unit.url for unit in self.units)


@dataclass(frozen=True)
class TextLine:
    """One line of text, at the left end of its baseline; ``sign`` is drawn before it."""

    x: int
    y: int
    text: str
    look: str
    sign: str = ""


@dataclass(frozen=True)
class PlacedUnit:
    """A unit with its box (top and height), lines and, if something is plugged below it, the pins there."""

    unit: DrawnUnit
    top: int
    height: int
    lines: tuple[TextLine, ...]
    serial_x: int
    pins: tuple[int, ...]

    @property
    def bottom(self) -> int:
        """Where the box ends."""
        return self.top + self.height


@dataclass(frozen=True)
class Placed:
    """The whole drawing in coordinates: 440 wide, ``height`` high."""

    drawing: Drawing
    units: tuple[PlacedUnit, ...]
    height: int


def place(drawing: Drawing) -> Placed:
    """Give every unit and line of ``drawing`` its place, from top to bottom."""
    placed: list[PlacedUnit] = []
    top = 24
    for index, unit in enumerate(drawing.units):
        below = drawing.units[index + 1] if index + 1 < len(drawing.units) else None
        plugged = below is not None and below.kind != "cover"
        lines = _lines(unit)
        least = {"communication": 84, "metering": 90}.get(unit.kind, 58)
        height = max(least, lines[-1].y + 16)
        placed.append(PlacedUnit(unit, top, height, lines, _serial_x(unit), PINS if plugged else ()))
        top += height + (PIN_HEIGHT if plugged else 12)
    return Placed(drawing, tuple(placed), top + 12)


def _lines(unit: DrawnUnit) -> tuple[TextLine, ...]:
    """Return the lines of ``unit`` below its heading, ``y`` counted from the top of its box."""
    lines = [TextLine(TEXT_X, 22, capfirst(unit.kind_name), "kind")]
    y = 23
    if unit.unit:
        y = 43
        lines.append(TextLine(TEXT_X, y, unit.unit, "unit-id"))
    for text in wrap(unit.words or ("" if unit.unit else gettext("no unit")), TEXT_WIDTH / 13):
        y += 20
        lines.append(TextLine(TEXT_X, y, text, "words"))
    for sign, look, said in (
        (unit.action, "action", (unit.plan_text,)),
        ("bad", "trouble", unit.trouble),
    ):
        for sentence in said:
            y += 3
            for number, text in enumerate(wrap(sentence, (TEXT_WIDTH - SIGN_ROOM) / 12)):
                y += 18
                lines.append(TextLine(TEXT_X + SIGN_ROOM, y, text, look, "" if number else sign))
    return tuple(lines)


def _serial_x(unit: DrawnUnit) -> int:
    return TEXT_X + 14 + round(len(unit.unit) * 8.3)


def wrap(text: str, width: float) -> tuple[str, ...]:
    """Break ``text`` into lines of at most ``width`` full-width characters, between words and between Japanese ones."""
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        if line and _wide(line + piece.rstrip()) > width and piece[0] not in _NEVER_FIRST:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return (*lines, line.rstrip()) if line.strip() else tuple(lines)


def _wide(text: str) -> float:
    """Return how wide ``text`` is, in full-width characters."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WF" else _NARROW.get(char, 0.56) for char in text)
