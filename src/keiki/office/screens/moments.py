"""How a moment is said on screens: near ones in words, every one with its date and zone at hand.

What a designer asks of a time is how old it is; what an auditor asks is the date and the zone. So the text is the
shortest that cannot mislead (``12 min ago``, ``today 03:10``, ``23 Nov 2026``), and the whole is always beside it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, gettext, ngettext

WHOLE = {"ja": "Y年n月j日(D) H:i T", "en": "D j M Y, H:i T"}
THIS_YEAR = {"ja": "n月j日 H:i", "en": "j M H:i"}
OTHER_YEAR = {"ja": "Y年n月j日", "en": "j M Y"}
DAYS_IN_WORDS = 6


def date_and_time(moment: datetime) -> str:
    """Return date, weekday, time and zone of an aware ``moment`` in the reader's language and the office's zone."""
    return date_format(timezone.localtime(moment), WHOLE[_language()])


def relative_time(moment: datetime, now: datetime) -> str:
    """Return ``moment`` as said at ``now``: how long ago, or today, yesterday, tomorrow with the time, or the date."""
    apart = moment - now
    if abs(apart) < timedelta(minutes=1):
        return gettext("just now")
    if abs(apart) < timedelta(hours=1):
        return _minutes(apart)
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    days = (local.date() - today).days
    clock = local.strftime("%H:%M")
    if days == 0:
        return gettext("today {time}").format(time=clock)
    if days == -1:
        return gettext("yesterday {time}").format(time=clock)
    if days == 1:
        return gettext("tomorrow {time}").format(time=clock)
    form = THIS_YEAR if local.year == today.year else OTHER_YEAR
    return date_format(local, form[_language()])


def day(when: date) -> str:
    """Return a day as each language writes it."""
    return date_format(when, OTHER_YEAR[_language()])


def age(moment: datetime, now: datetime) -> str:
    """Return ``moment`` as an as-of time: like ``relative_time``, but days are counted within the week: age matters."""
    days = (timezone.localtime(now).date() - timezone.localtime(moment).date()).days
    if 1 < days <= DAYS_IN_WORDS:
        return ngettext("{count} day ago", "{count} days ago", days).format(count=days)
    return relative_time(moment, now)


def _minutes(apart: timedelta) -> str:
    count = abs(int(apart.total_seconds())) // 60
    if apart < timedelta(0):
        return ngettext("{count} min ago", "{count} min ago", count).format(count=count)
    return ngettext("in {count} min", "in {count} min", count).format(count=count)


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "ja"
