"""Key formats as SQL: the same strict reading as ``keiki.domain.linkage.keys``, for whole columns.

Each expression gives the 22 digits, or NULL for a key that is not written in the source's own way.
"""

from __future__ import annotations

from keiki.domain.linkage.keys import KeyFormat
from keiki.planning.linking.relations import literal

_PATTERNS = {
    "bare": "[0-9]{22}",
    "hyphenated": "[0-9]{2}(?:-[0-9]{4}){5}",
    "full_width": "[０-９]{22}",
    "zero_lost": "[1-9][0-9]{20,21}",
}
_BARE = {
    "bare": "{body}",
    "hyphenated": "replace({body}, '-', '')",
    "full_width": "translate({body}, '０１２３４５６７８９', '0123456789')",
    "zero_lost": "lpad({body}, 22, '0')",
}


def key_expression(form: KeyFormat, cell: str) -> str:
    """Return the SQL of the key in ``cell``; trailing blanks of fixed-width columns are dropped, nothing is repaired.

    Only a key that is not written exactly is looked at a second time, without the blanks behind it.
    """
    exact = _read(form, cell)
    return f"CASE WHEN {exact[0]} THEN {exact[1]} ELSE {_strict(form, f'rtrim({cell}, {literal(_BLANKS)})')} END"


_BLANKS = " \u3000"


def _strict(form: KeyFormat, body: str) -> str:
    condition, bare = _read(form, body)
    return f"CASE WHEN {condition} THEN {bare} END"


def _read(form: KeyFormat, cell: str) -> tuple[str, str]:
    pattern = _PATTERNS[form.name]
    if not form.prefix:
        return f"regexp_full_match({cell}, {literal(pattern)})", _BARE[form.name].format(body=cell)
    body = f"{cell}[{len(form.prefix) + 1}:]"
    condition = f"starts_with({cell}, {literal(form.prefix)}) AND regexp_full_match({body}, {literal(pattern)})"
    return condition, _BARE[form.name].format(body=body)
