"""The tags of the screens: times, codes, signs, and the larger parts with their templates (docs/screens.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from keiki.foundation.text.bilingual import Bilingual
from keiki.office.screens import languages, moments
from keiki.office.screens.drawing import Drawing, place
from keiki.office.screens.languages import Text
from keiki.office.screens.moments import age, date_and_time, relative_time
from keiki.office.screens.parts import (
    CountLink,
    Happening,
    LifeStage,
    NextStep,
    PathStep,
    ShownCheck,
    ShownLamp,
    ShownSource,
)
from keiki.office.screens.signs import PATHS, sign_svg

register = template.Library()

AREA_DIGITS, GROUP_DIGITS, POINT_DIGITS = 2, 4, 22
WORDS_OF_TONES = {
    "ok": gettext_lazy("all right"),
    "bad": gettext_lazy("not in order"),
    "warn": gettext_lazy("take care"),
    "info": gettext_lazy("note"),
    "quiet": gettext_lazy("no news"),
}


@register.simple_tag
def when(moment: datetime | None, how: str = "near") -> SafeString:
    """Say a moment in words with date and zone at hand; ``how`` may be ``date_and_time`` or ``age``. None is a dash."""
    if moment is None:
        return format_html('<span class="when">{}</span>', "—")
    text = {"whole": lambda: date_and_time(moment), "age": lambda: age(moment, timezone.now())}.get(
        how, lambda: relative_time(moment, timezone.now())
    )()
    return format_html(
        '<time class="when" datetime="{}" title="{}"><span>{}</span></time>',
        timezone.localtime(moment).isoformat(timespec="seconds"),
        date_and_time(moment),
        text,
    )


@register.simple_tag
def as_of(moment: datetime | None) -> SafeString:
    """Say since when what is shown has been so: ``as of today 03:10``."""
    if moment is None:
        return format_html('<span class="when">{}</span>', gettext("as-of time unknown"))
    return format_html('<span class="as-of">{}</span>', format_html(gettext("as of {when}"), when=when(moment, "age")))


@register.simple_tag
def point(number: object) -> SafeString:
    """Write a supply point number in its groups (06-3142-0091-7725-0138-1100); selecting it copies it as it stands."""
    digits = str(number)
    if len(digits) != POINT_DIGITS:
        return format_html('<span class="code point">{}</span>', digits)
    groups = [digits[:AREA_DIGITS]]
    groups += [digits[at : at + GROUP_DIGITS] for at in range(AREA_DIGITS, POINT_DIGITS, GROUP_DIGITS)]
    return format_html('<span class="code point">{}</span>', "-".join(groups))


@register.simple_tag
def copy_button(text: object) -> SafeString:
    """Draw the button that copies ``text``: a code that people carry into other systems."""
    return format_html(
        '<button type="button" class="button compact needs-js copy" data-copy="{}" data-copied="{}">{}</button>',
        text,
        gettext("Copied"),
        gettext("Copy"),
    )


@register.filter
def amount(number: int | float | None) -> str:
    """Write a number with its thousands grouped; None is a dash."""
    return "—" if number is None else f"{number:,}"


@register.filter
def day(when: date) -> str:
    """Say a day as each language writes it."""
    return moments.day(when)


@register.filter
def in_language(text: Bilingual | Text) -> str:
    """Say a text of both languages in the reader's."""
    return languages.in_language(text)


@register.filter
def named(names: Mapping[str, str], code: str) -> str:
    """Return the name of a code, or the code where it has none."""
    return names.get(code, code)


@register.simple_tag
def sign(kind: str) -> SafeString:
    """Draw the sign of a tone or an action; the word beside it says the same to those who cannot see it."""
    return sign_svg(kind)


@register.filter
def sign_path(kind: str) -> str:
    """Return the path of a sign, for drawings that place it themselves."""
    return PATHS[str(kind)]


@register.simple_tag
def now_as_of() -> SafeString:
    """Say of a whole page when it was drawn, with the zone of every time on it."""
    return format_html(
        '<span class="as-of">{}</span>', gettext("as of {when}").format(when=date_and_time(timezone.now()))
    )


@register.simple_tag
def pill(tone: str, word: str) -> SafeString:
    """Show a state as a pill: sign, word and colour."""
    return format_html('<span class="pill tone-{}">{}<span>{}</span></span>', tone, sign_svg(tone), word)


@register.filter
def tone_word(tone: str) -> str:
    """Say a tone in a word, for those who see neither sign nor colour."""
    return str(WORDS_OF_TONES[str(tone)])


@register.inclusion_tag("components/drawing.html")
def units_drawing(drawing: Drawing) -> dict[str, Any]:
    """Draw the meter as its units plug together."""
    return {"placed": place(drawing)}


@register.inclusion_tag("components/sources.html")
def sources(answers: Iterable[ShownSource]) -> dict[str, Any]:
    """List what each source says, as of when, with contradictions where they stand."""
    return {"sources": answers}


@register.inclusion_tag("components/checks.html")
def checks(rules: Iterable[ShownCheck]) -> dict[str, Any]:
    """List rules: whether each holds, why, and the repair of a broken one."""
    return {"checks": rules}


@register.inclusion_tag("components/lamps.html")
def lamps(items: Iterable[ShownLamp]) -> dict[str, Any]:
    """Show the status items of a communication unit as lamps."""
    return {"lamps": items}


@register.inclusion_tag("components/journey.html")
def journey(steps: Iterable[PathStep]) -> dict[str, Any]:
    """Show a command's path across the zones."""
    return {"steps": steps}


@register.inclusion_tag("components/timeline.html")
def timeline(happenings: Iterable[Happening]) -> dict[str, Any]:
    """Show a history, newest first as given."""
    return {"happenings": happenings}


@register.inclusion_tag("components/tallies.html")
def tallies(counts: Iterable[CountLink]) -> dict[str, Any]:
    """Show how many wait, are late or are broken."""
    return {"tallies": counts}


@register.inclusion_tag("components/stepper.html")
def stepper(stages: Iterable[LifeStage]) -> dict[str, Any]:
    """Show the stages of a thing's life in one line."""
    return {"stages": stages}


@register.inclusion_tag("components/next_step.html")
def next_step(step: NextStep) -> dict[str, Any]:
    """Show the thing to do next, with its one button."""
    return {"step": step}


@register.inclusion_tag("components/notice.html")
def notice(tone: str, what: str, why: str = "", to_do: str = "", dismiss: bool = False) -> dict[str, Any]:
    """Say what happened, why, and what to do."""
    return {"tone": tone, "what": what, "why": why, "to_do": to_do, "dismiss": dismiss}


@register.inclusion_tag("components/empty.html")
def empty(what: str, to_do: str = "", url: str = "", label: str = "") -> dict[str, Any]:
    """Say that there is nothing here and what to do about it, with a button if there is something to press."""
    return {"what": what, "to_do": to_do, "url": url, "label": label}


@register.inclusion_tag("components/progress.html")
def progress(words: str, done: int, total: int) -> dict[str, Any]:
    """Show how far long work is, in words and as a bar."""
    return {"words": words, "done": done, "total": total}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Draw a form's field: label, hint, and the error next to it, tied together for screen readers."""
    widget = bound.field.widget
    several = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    return {"field": bound, "several": several, "single_box": isinstance(widget, CheckboxInput)}
