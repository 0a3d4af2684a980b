"""How settings that the office does not start with are refused."""

from __future__ import annotations

from keiki.office.refusal import Refusal


class BadSettings(Refusal):
    """Settings that the office does not start with; says which key and what it should be."""


def out_of_range(key: str, least: int, most: int) -> BadSettings:
    """The refusal of a number that ``key`` does not take."""
    return BadSettings(f"{key}: {least} から {most} の間で指定してください", f"{key}: between {least} and {most}")
