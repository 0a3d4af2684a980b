"""Make the vectors of the audit with a second implementation of docs/audit.md that shares no line with src/keiki.

One file is one damage. ``python vectors/audit/make.py`` writes them, ``--check`` compares them with what is there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key

HERE = Path(__file__).parent
NOTHING = "0" * 64
Rows = list[dict[str, Any]]


def _written(members: dict[str, Any]) -> str:
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _key_of(name: str) -> tuple[Any, dict[str, Any]]:
    blocks = re.findall(
        r"-----BEGIN [^-]+-----\n.*?-----END [^-]+-----\n", (HERE.parent / "keys" / name).read_text(), re.S
    )
    card = json.loads(base64.b64decode("".join(blocks[0].splitlines()[1:-1])))
    return load_pem_private_key(blocks[2].encode(), None), card


OFFICE, CARD = _key_of("TEST-KEY-office.pem")
STRANGER, STRANGE_CARD = _key_of("TEST-KEY-other-office.pem")


def _hash_of(row: dict[str, Any]) -> str:
    hashed = {name: value for name, value in row.items() if name not in ("previous", "hash")}
    return hashlib.sha256(
        b"keiki audit event v1\n" + bytes.fromhex(row["previous"]) + _written(hashed).encode()
    ).hexdigest()


def _chained(rows: Rows, start: int = 0) -> Rows:
    """Compute every hash anew from row ``start`` on."""
    for at in range(start, len(rows)):
        rows[at]["position"] = at + 1
        rows[at]["previous"] = rows[at - 1]["hash"] if at else NOTHING
        rows[at]["hash"] = _hash_of(rows[at])
    return rows


def _history() -> Rows:
    details = (
        {},
        {"before": "applied", "after": "checked"},
        {"because": '使用者の申出 "至急"\n二行目', "n": 3, "yes": True, "none": None, "list": [1, "二", {"深": "𠮷"}]},
        {"share": "0.75"},
        {"why": "posted", "control": "\u0001\u007f\\"},
    )
    return _chained(
        [
            {
                "at": f"2026-11-23T00:{at:02d}:00.{at:06d}Z",
                "by": ("佐藤", "office worker")[at % 2],
                "origin": ("sato@desk-7 from 192.0.2.7", "keiki@office", "")[at % 3],
                "happened": ("ServiceApplied", "ApplicantChecked", "PasswordOpened")[at % 3],
                "subject": f"B-{at // 3 + 1}",
                "supply_point": f"06{at // 3:020d}" if at % 4 else "",
                "details": details[at % 5],
            }
            for at in range(12)
        ]
    )


def _checkpoint(number: int, row: dict[str, Any], previous: str, key: Any = OFFICE, card: Any = CARD) -> str:
    members = {
        "number": number,
        "position": row["position"],
        "hash": row["hash"],
        "at": f"2026-11-23T01:{number:02d}:00.000000Z",
        "key_id": card["key_id"],
        "previous": previous,
    }
    signature = key.sign(b"keiki audit checkpoint v1\n" + _written(members).encode()).hex()
    return _written({**members, "signature": signature})


def _series(rows: Rows, *positions: int) -> list[str]:
    lines: list[str] = []
    for number, position in enumerate(positions, 1):
        previous = hashlib.sha256(lines[-1].encode()).hexdigest() if lines else NOTHING
        lines.append(_checkpoint(number, rows[position - 1], previous))
    return lines


def _found(damage: str, first: int, last: int | None = None) -> dict[str, Any]:
    return {"damage": damage, "first": first, "last": first if last is None else last}


def _edited(rows: Rows) -> None:
    rows[4]["by"] = "田中"


def _edited_details(rows: Rows) -> None:
    rows[7]["details"] = {"because": "another reason"}


def _edited_time(rows: Rows) -> None:
    rows[2]["at"] = "2026-11-23T00:02:00.000003Z"


def _edited_hash(rows: Rows) -> None:
    rows[4]["hash"] = hashlib.sha256(b"").hexdigest()


def _replaced(rows: Rows) -> None:
    rows[4]["by"] = "田中"
    rows[4]["hash"] = _hash_of(rows[4])


def _removed(rows: Rows) -> None:
    del rows[4]


def _removed_three(rows: Rows) -> None:
    del rows[4:7]


def _removed_first(rows: Rows) -> None:
    del rows[0]


def _removed_and_rewritten(rows: Rows) -> None:
    del rows[5]
    _chained(rows, 5)


def _inserted(rows: Rows) -> None:
    rows.insert(5, {**rows[4], "by": "田中"})
    rows[5]["hash"] = _hash_of(rows[5])


def _inserted_and_rewritten(rows: Rows) -> None:
    rows.insert(5, {**rows[4], "by": "田中"})
    _chained(rows, 5)


def _contents_swapped(rows: Rows) -> None:
    for name in ("at", "by", "origin", "happened", "subject", "supply_point", "details"):
        rows[3][name], rows[6][name] = rows[6][name], rows[3][name]


def _lines_swapped(rows: Rows) -> None:
    rows[3], rows[4] = rows[4], rows[3]


def _rewritten(rows: Rows) -> None:
    rows[5]["by"] = "田中"
    _chained(rows, 5)


def _cut_off(rows: Rows) -> None:
    del rows[9:]


def _emptied(rows: Rows) -> None:
    rows.clear()


def _clock(rows: Rows) -> None:
    rows[6]["at"] = "2026-11-22T23:00:00.000000Z"
    _chained(rows, 6)


def _unvouched_end(rows: Rows) -> None:
    del rows[11]


EVENTS: dict[str, tuple[Callable[[Rows], None], list[dict[str, Any]]]] = {
    "intact": (lambda rows: None, []),
    "edited": (_edited, [_found("edited", 5)]),
    "edited-details": (_edited_details, [_found("edited", 8), _found("unproven", 5, 7)]),
    "edited-time-by-a-microsecond": (_edited_time, [_found("edited", 3), _found("unproven", 1, 2)]),
    "edited-hash": (_edited_hash, [_found("edited", 5)]),
    "replaced-with-its-hash": (_replaced, [_found("broken_link", 5, 6)]),
    "removed": (_removed, [_found("missing", 5)]),
    "removed-three": (_removed_three, [_found("missing", 5, 7)]),
    "removed-first": (_removed_first, [_found("missing", 1)]),
    "removed-and-rewritten": (_removed_and_rewritten, [_found("rewritten", 5, 8)]),
    "inserted": (_inserted, [_found("out_of_place", 5)]),
    "inserted-and-rewritten": (_inserted_and_rewritten, [_found("rewritten", 5, 8)]),
    "contents-swapped": (
        _contents_swapped,
        [_found("edited", 4), _found("unproven", 1, 3), _found("edited", 7), _found("unproven", 5, 6)],
    ),
    "lines-swapped": (_lines_swapped, [_found("missing", 4), _found("unproven", 1, 3), _found("out_of_place", 4)]),
    "rewritten": (_rewritten, [_found("rewritten", 5, 8)]),
    "cut-off": (_cut_off, [_found("cut_off", 10, 11), _found("unproven", 9)]),
    "emptied": (_emptied, [_found("cut_off", 1, 11)]),
    "clock-back": (_clock, [_found("clock_back", 7)]),
    "end-that-nothing-vouches-for": (_unvouched_end, []),
}


def _forged(lines: list[str], rows: Rows) -> None:
    previous = hashlib.sha256(lines[0].encode()).hexdigest()
    lines[1] = _checkpoint(2, rows[7], previous, STRANGER, STRANGE_CARD)


def _under_our_name(lines: list[str], rows: Rows) -> None:
    previous = hashlib.sha256(lines[0].encode()).hexdigest()
    lines[1] = _checkpoint(2, rows[7], previous, STRANGER, CARD)


def _moved(lines: list[str], rows: Rows) -> None:
    lines[1] = lines[1].replace('"position":8', '"position":7')


def _lost(lines: list[str], rows: Rows) -> None:
    del lines[1]


def _lost_first(lines: list[str], rows: Rows) -> None:
    del lines[0]


def _doubled(lines: list[str], rows: Rows) -> None:
    lines.insert(1, lines[0])


def _other_history(lines: list[str], rows: Rows) -> None:
    lines[2] = _checkpoint(3, rows[10], hashlib.sha256(b"another").hexdigest())


def _torn(lines: list[str], rows: Rows) -> None:
    lines[1] = lines[1][:-20]


CHECKPOINTS: dict[str, tuple[Callable[[list[str], Rows], None], list[dict[str, Any]]]] = {
    "checkpoint-of-a-stranger": (_forged, [_found("checkpoint_forged", 2)]),
    "checkpoint-under-our-name": (_under_our_name, [_found("checkpoint_forged", 2)]),
    "checkpoint-moved": (_moved, [_found("checkpoint_forged", 2)]),
    "checkpoint-removed": (_lost, [_found("checkpoint_missing", 2)]),
    "checkpoint-removed-first": (_lost_first, [_found("checkpoint_missing", 1)]),
    "checkpoint-doubled": (_doubled, [_found("checkpoint_forked", 1)]),
    "checkpoint-of-another-history": (_other_history, [_found("checkpoint_forked", 3)]),
    "checkpoint-torn": (_torn, [_found("checkpoint_unreadable", 2)]),
}


def _vectors() -> dict[str, str]:
    made = {}
    for name, (damage, expected) in EVENTS.items():
        rows = _history()
        lines = _series(rows, 4, 8, 11)
        if name == "clock-back":
            _clock(rows)
            lines = _series(rows, 4, 8, 11)
        else:
            damage(rows)
        made[name] = (rows, lines, expected)
    for name, (spoil, expected) in CHECKPOINTS.items():
        rows = _history()
        lines = _series(rows, 4, 8, 11)
        spoil(lines, rows)
        made[name] = (rows, lines, expected)
    return {
        name: json.dumps(
            {"expect": expected, "card": CARD, "checkpoints": lines, "events": [_written(row) for row in rows]},
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
        for name, (rows, lines, expected) in made.items()
    }


def _main() -> int:
    wrong = []
    for name, text in _vectors().items():
        file = HERE / f"{name}.json"
        if "--check" in sys.argv:
            wrong += [name] if not file.exists() or file.read_text(encoding="utf-8") != text else []
        else:
            file.write_text(text, encoding="utf-8")
    sys.stdout.write(f"differ: {', '.join(wrong)}\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(_main())
