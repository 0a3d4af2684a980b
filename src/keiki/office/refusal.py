"""What the office says when it does not do something: what, why and what to do, in Japanese and English at once.

A refusal is raised far from whoever reads it, so it carries its sentence in both languages (ADR 0307); a screen or the
command line picks one, and ``str()`` is the English one for logs. It repeats no secret and no personal data.
"""

from __future__ import annotations

from typing import Any

from keiki.domain.linkage.terms import Text


class Refusal(Exception):  # noqa: N818 - what the office does, in the reader's word
    """The office does not do this; ``sentence`` says what, why and what to do in Japanese and in English.

    ``code`` is the name by which programs tell refusals apart: one name for one meaning, written beside the class and
    kept when the class is renamed. A class that is raised for several reasons is given one for each. Codes of errors
    that other rooms raise are in :mod:`keiki.office.refusal_codes`.
    """

    code: str

    def __init__(self, ja: str, en: str, *, code: str = "") -> None:
        self.sentence: Text = (ja, en)
        if code:
            self.code = code
        super().__init__(en)

    def __init_subclass__(cls, **more: Any) -> None:
        """Demand a code of its own from every kind of refusal."""
        super().__init_subclass__(**more)
        if not isinstance(vars(cls).get("code"), str):
            raise TypeError(f"{cls.__name__} needs a code of its own, by which programs tell it apart")
