"""What the office says when it does not do something: what, why and what to do, in Japanese and English at once.

A refusal is raised far from whoever reads it, so it carries its sentence in both languages (ADR 0307); a screen or the
command line picks one, and ``str()`` is the English one for logs. It repeats no secret and no personal data.
"""

from __future__ import annotations

from keiki.domain.linkage.terms import Text


class Refusal(Exception):  # noqa: N818 - what the office does, in the reader's word
    """The office does not do this; ``sentence`` says what, why and what to do in Japanese and in English.

    ``code`` is the name by which programs tell refusals apart: one name for one meaning. A class that is raised for
    several reasons is given one for each; left out it is the class's name in lower case (``no_design``).
    """

    def __init__(self, ja: str, en: str, *, code: str = "") -> None:
        self.sentence: Text = (ja, en)
        self._code = code
        super().__init__(en)

    @property
    def code(self) -> str:
        """The name by which programs tell refusals apart."""
        return self._code or code_of(self)


def code_of(error: Exception) -> str:
    """Return the class name of ``error`` in lower case with underscores: ``NoDesign`` is ``no_design``."""
    name = type(error).__name__
    return "".join(f"_{c.lower()}" if c.isupper() and at else c.lower() for at, c in enumerate(name))
