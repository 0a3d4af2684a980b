"""What applications are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.foundation.text.bilingual import Bilingual

MEDIA: Mapping[str, Bilingual] = {
    "wireless": Bilingual(ja="無線", en="wireless"),
    "plc": Bilingual(ja="電力線", en="power line"),
}
NOT_THE_CUSTOMER = "not_the_customer"
REJECTIONS: Mapping[str, Bilingual] = {
    NOT_THE_CUSTOMER: Bilingual(
        ja="申込者が契約のお客さまと一致しません", en="the applicant is not the customer of the contract"
    ),
}
"""Why an application is rejected, by its code."""


def rejection_in_words(code: str) -> Bilingual:
    """Return why an application was rejected; what an earlier version of the program kept stands for itself."""
    return REJECTIONS.get(code) or Bilingual.same(code)
