"""What is wrong in the files, with how often, as data: one in a hundred rows of each file, and records that disagree.

*Mistakes* spoil a cell of a row; the expression is SQL over the owner's own row and gives what stands there instead.
Shares are in hundred-thousandths of the file's rows and add up to one in a hundred. *Stories* are about a place:
several owners' records are each well written and do not agree. Their shares are in hundred-thousandths of the places.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """A cell spoilt in ``share`` of 100,000 rows of a file: ``column`` holds ``instead`` (SQL) there."""

    kind: str
    column: str
    share: int
    instead: str


MISTAKES: dict[str, tuple[Mistake, ...]] = {
    "customer": (
        Mistake("key in another owner's format", "KYOKYU_CHITEN_NO", 100, "replace(KYOKYU_CHITEN_NO, '-', '')"),
        Mistake("key cut short", "KYOKYU_CHITEN_NO", 50, "left(KYOKYU_CHITEN_NO, 26)"),
        Mistake("unknown code", "SAIENE_RENKEI", 250, "'ﾐﾃ'"),
        Mistake("empty code", "DENTO_SYUBETU", 150, "''"),
        Mistake("unknown code", "KEIYAKU_A", 150, "'045'"),
        Mistake("no such day", "TEKIYO_KAISI_YMD", 100, "'20261399'"),
        Mistake("no such day", "TENKYO_YMD", 50, "'20260230'"),
        Mistake("as-of missing", "KIJUN_YMD", 50, "'00000000'"),
        Mistake("broken characters", "KEIYAKU_NO", 100, "left(KEIYAKU_NO, 3) || chr(65533)"),
    ),
    "distribution": (
        Mistake("key went through a spreadsheet", "spid", 250, "left(spid, 1) || '.' || spid[2:15] || 'E+20'"),
        Mistake("unknown code", "keiro", 300, "'LTE'"),
        Mistake("unknown code", "amegakari", 200, "9"),
        Mistake("empty code", "vmeas", 100, "''"),
        Mistake("shifted column", "tatemono", 50, "'吹田市青瀬町1丁目'"),
        Mistake("as-of in milliseconds", "upd", 100, "upd * 1000"),
    ),
    "construction": (
        Mistake("key half in half width", "供給地点特定番号", 250, "'0' || 供給地点特定番号[2:]"),
        Mistake("unknown model", "通信型式", 250, "'ZZC-900'"),
        Mistake("unknown model", "計量型式", 100, "'ZZM-13'"),
        Mistake("a day beyond its era", "工事日", 150, "'平成31年5月1日'"),
        Mistake("no such day", "検定日", 50, "'令和3年2月30日'"),
        Mistake("serial number missing", "計量製番", 150, "''"),
        Mistake("as-of missing", "基準日時", 50, "NULL"),
    ),
    "allocation": (
        Mistake("key without its mark", "kyokyu", 500, "kyokyu[4:]"),
        Mistake("depot missing", "soko", 300, "''"),
        Mistake("as-of without zone", "koshin", 200, "koshin[:19]"),
    ),
    "supervisory": (
        Mistake("key cut short", "sp_no", 250, "left(sp_no, 21)"),
        Mistake("unknown code", "comm_st", 200, "'??'"),
        Mistake("unknown code", "reach", 100, "9"),
        Mistake("serial number missing", "comm_sn", 200, "NULL"),
        Mistake("reading before the epoch", "last_read_ms", 100, "-1"),
        Mistake("as-of cut short", "polled", 150, "left(polled, 13)"),
    ),
}
"""The mistakes of each file."""

DIRTY = 1_000
"""How many of 100,000 rows of each file have a mistake."""

STORIES = {
    "serial differs": (0, 200),
    "units unlike contract": (200, 250),
    "route-B halves": (250, 270),
    "one way with two way": (270, 290),
    "medium unlike place": (290, 590),
    "two contracts": (590, 690),
    "twice in the ledger": (690, 720),
    "twice in allocation": (720, 740),
    "twice in distribution": (740, 760),
    "not in distribution": (760, 810),
    "not in the ledger": (810, 860),
    "not seen by supervisory control": (860, 960),
    "not in allocation": (960, 1010),
    "no longer polled": (1010, 1510),
    "clock ahead": (1510, 1530),
    "unit of another place": (1530, 1560),
}
"""Bands of ``story``, a draw of 0 to 99,999 for each place: from, up to."""


def story(name: str) -> str:
    """Return the SQL condition that a place is told the story ``name``."""
    first, end = STORIES[name]
    return f"story BETWEEN {first} AND {end - 1}"
