"""What views hand to the component templates: the parts of a screen as values, in the reader's language already.

``docs/screens.md`` shows each with its tag. A template that is given these draws sign, word and colour together, so
that no screen can let colour speak alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Tone(StrEnum):
    """How good news something is; each tone has its sign."""

    OK = "ok"
    BAD = "bad"
    WARN = "warn"
    INFO = "info"
    QUIET = "quiet"


@dataclass(frozen=True)
class ShownFact:
    """One thing a source says. ``code`` sets it in the fixed-width font; ``differs`` marks what another contradicts."""

    label: str
    value: str
    code: bool = False
    differs: bool = False


class Freshness(StrEnum):
    """Whether a source's answer may be decided from."""

    FRESH = "fresh"
    STALE = "stale"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class ShownSource:
    """What one owner says of the thing on the screen, as of when, and what contradicts it (one sentence each).

    ``note`` says why a stale or unavailable source is so, and what follows.
    """

    owner: str
    as_of: datetime | None
    facts: tuple[ShownFact, ...] = ()
    freshness: Freshness = Freshness.FRESH
    contradictions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Repair:
    """The smallest repair of a broken rule: a submit button ``name`` = ``value`` of the form ``form`` (its id).

    ``url`` sends the form elsewhere; ``key`` is the shortcut that presses the button.
    """

    label: str
    note: str = ""
    name: str = ""
    value: str = ""
    form: str = ""
    url: str = ""
    key: str = ""


@dataclass(frozen=True)
class ShownCheck:
    """A rule and whether it holds: ``OK``, ``BAD``, or ``QUIET`` when it cannot be told yet (``why`` says so)."""

    title: str
    tone: Tone
    why: str = ""
    repair: Repair | None = None


@dataclass(frozen=True)
class ShownLamp:
    """One status item of a communication unit: its name, its word, and its tone (``QUIET``: not known)."""

    name: str
    word: str
    tone: Tone


@dataclass(frozen=True)
class PathStep:
    """One zone on a command's path, what it did or waits for there, and when.

    Tones: ``OK`` done, ``INFO`` going on now, ``QUIET`` not yet, ``WARN`` late, ``BAD`` failed here.
    """

    zone: str
    words: str
    tone: Tone
    at: datetime | None = None


@dataclass(frozen=True)
class Happening:
    """One line of a history: what happened, when, by whom."""

    words: str
    at: datetime | None
    tone: Tone = Tone.QUIET
    who: str = ""
    more: str = ""
    url: str = ""


@dataclass(frozen=True)
class CountLink:
    """How many of something there are, said with its tone, leading to their list."""

    words: str
    number: int
    tone: Tone
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class LifeStage:
    """One stage of a thing's life as the stepper shows it; the current one is ``current``."""

    name: str
    tone: Tone
    current: bool = False


@dataclass(frozen=True)
class NextStep:
    """The thing to do next with its button (``label``, ``url``); without ``url`` it waits for what ``why`` says.

    With ``post`` the button does it at once; else it leads to where it is done.
    """

    words: str
    why: str = ""
    label: str = ""
    url: str = ""
    tone: Tone = Tone.INFO
    post: bool = False
