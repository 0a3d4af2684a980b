"""How settings that the office does not start with are refused."""

from __future__ import annotations

from keiki.office.refusal import Refusal


class BadSettings(Refusal):
    """Settings that the office does not start with; says which key and what it should be."""

    code = "bad_settings"
