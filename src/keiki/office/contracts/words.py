"""What applications are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.domain.linkage.terms import Text

MEDIA: Mapping[str, Text] = {
    "wireless": ("無線", "wireless"),
    "plc": ("電力線", "power line"),
}
NOT_THE_CUSTOMER = "not_the_customer"
REJECTIONS: Mapping[str, Text] = {
    NOT_THE_CUSTOMER: ("申込者が契約のお客さまと一致しません", "the applicant is not the customer of the contract"),
}
"""Why an application is rejected, by its code."""


def rejection_in_words(code: str) -> Text:
    """Return why an application was rejected; what an earlier version of the program kept stands for itself."""
    return REJECTIONS.get(code, (code, code))
