"""The last exchange of a HEMS with its meter, in words, and how long a HEMS may be silent before that is said.

*Active* proves an open session and no more (domain facts, section 6). Where the unit says when it last answered the
HEMS, that is the better sign. A HEMS asks as often as its maker made it ask, so a long pause is no fault by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from keiki.domain.diagnosis.words import EXCHANGE_UNKNOWN
from keiki.foundation.text.bilingual import Bilingual

SILENT_AFTER = timedelta(hours=1)
"""A HEMS whose last exchange is older than this, while its session is open, is to be looked at."""


def is_silent(last_exchange: datetime | None, read_at: datetime) -> bool:
    """Tell whether a HEMS that is joined had its last exchange too long before the reading."""
    return last_exchange is not None and read_at - last_exchange > SILENT_AFTER


def exchange_in_words(last_exchange: datetime | None, read_at: datetime, zone: tzinfo) -> Bilingual:
    """Say when the last exchange was, in ``zone``, and how long before the reading; or that it is not known."""
    if last_exchange is None:
        return EXCHANGE_UNKNOWN
    then, now = last_exchange.astimezone(zone), read_at.astimezone(zone)
    at = then.strftime("%H:%M" if then.date() == now.date() else "%Y-%m-%d %H:%M")
    ago = _ago(read_at - last_exchange)
    return Bilingual(ja=f"最後の通信：{at}（{ago.ja}）", en=f"Last exchange {at} ({ago.en})")


def _ago(age: timedelta) -> Bilingual:
    minutes = int(age.total_seconds()) // 60
    if minutes < 1:
        return Bilingual(ja="読取りの前1分以内", en="less than a minute before the reading")
    if minutes < 120:
        return Bilingual(ja=f"読取りの{minutes}分前", en=f"{minutes} min before the reading")
    return Bilingual(ja=f"読取りの{minutes // 60}時間前", en=f"{minutes // 60} hours before the reading")
