"""Whether a catalogue fits the office: it asks only what the data servers answer, of the kinds of unit that hang there.

A catalogue may be proved complete in itself and still be of no use here: one that asks for a need that no source knows,
or that has no answer for a value which the records may hold, would stop every design at the gate.
"""

from __future__ import annotations

from collections.abc import Iterator

from keiki.domain.linkage.decision import INSTALLED, NEEDS
from keiki.domain.units import Catalogue, written
from keiki.foundation.text.bilingual import Bilingual


def misfits(catalogue: Catalogue) -> Iterator[Bilingual]:
    """Everything in which ``catalogue`` does not fit, in Japanese and English, with what to do."""
    for name in (each for each in catalogue.needs if each not in NEEDS):
        yield Bilingual(
            ja=f"要件「{name}」に答えるデータ元がありません。この要件を外してください",
            en=f"no source answers the need “{name}”: take the need out",
        )
    for name, known in NEEDS.items():
        need = catalogue.needs.get(name)
        if need is None:
            yield Bilingual(
                ja=f"要件「{name}」が宣言されていません。宣言してください",
                en=f"the need “{name}” is not declared: declare it",
            )
            continue
        missing = [written(value) for value in known if value not in need.values]
        if missing:
            values = ", ".join(missing)
            yield Bilingual(
                ja=f"要件「{name}」に、台帳にありうる値 {values} がありません。加えてください",
                en=f"the need “{name}” lacks {values}, which the records may hold: add it",
            )
    kinds, hanging = list(catalogue.kinds), list(INSTALLED)
    if sorted(kinds) != sorted(hanging):
        yield Bilingual(
            ja=f"ユニット種別は {', '.join(hanging)} のはずですが、{', '.join(kinds)} です。種別を合わせてください",
            en=f"the kinds of unit are to be {', '.join(hanging)}, and are {', '.join(kinds)}: make them agree",
        )
