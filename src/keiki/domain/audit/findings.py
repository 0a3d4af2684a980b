"""What may be wrong with an audit, and where (``docs/audit.md`` section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from keiki.foundation.text.bilingual import Bilingual

MOST_SHOWN = 200
"""Findings that are listed one by one; the rest is counted."""


class FindingKind(StrEnum):
    """Kinds of findings; the last four are notes and no damage."""

    EDITED = "edited"
    MISSING = "missing"
    OUT_OF_PLACE = "out_of_place"
    BROKEN_LINK = "broken_link"
    REWRITTEN = "rewritten"
    CUT_OFF = "cut_off"
    CHECKPOINT_FORGED = "checkpoint_forged"
    CHECKPOINT_MISSING = "checkpoint_missing"
    CHECKPOINT_FORKED = "checkpoint_forked"
    CHECKPOINT_UNREADABLE = "checkpoint_unreadable"
    EXPORT_CHANGED = "export_changed"
    CARD_CHANGED = "card_changed"
    TOKEN_CHANGED = "token_changed"  # noqa: S105 - the name of a finding
    ROLE_CHANGED = "role_changed"
    TOKEN_PARTLY_RECORDED = "token_partly_recorded"  # noqa: S105 - the name of a finding
    UNPROVEN = "unproven"
    CLOCK_BACK = "clock_back"
    GUARD_MISSING = "guard_missing"


NOTES = frozenset(
    {FindingKind.TOKEN_PARTLY_RECORDED, FindingKind.UNPROVEN, FindingKind.CLOCK_BACK, FindingKind.GUARD_MISSING}
)
SENTENCES = {
    FindingKind.EDITED: Bilingual(
        ja="記録{where}は、記録されたときの内容と違います",
        en="event {where} is not the one that was recorded",
    ),
    FindingKind.MISSING: Bilingual(ja="記録{where}が取り除かれています", en="event {where} was removed"),
    FindingKind.OUT_OF_PLACE: Bilingual(
        ja="記録{where}があるべき場所にありません。挿入されたか、移されています",
        en="event {where} stands where it does not belong: it was inserted or moved",
    ),
    FindingKind.BROKEN_LINK: Bilingual(
        ja="記録{where}のどちらかが差し替えられています。後の記録が前の記録につながっていません",
        en="of the events {where} one was replaced: the later was not chained to the earlier",
    ),
    FindingKind.REWRITTEN: Bilingual(
        ja="記録{where}の間で履歴が書き直されています。署名されたチェックポイントと一致しません",
        en="within the events {where} the history was written anew: the signed checkpoint names another",
    ),
    FindingKind.CUT_OFF: Bilingual(
        ja="末尾の記録{where}がなくなっています。署名されたチェックポイントは、あったことを示しています",
        en="event {where} is gone from the end: a signed checkpoint vouches for it",
    ),
    FindingKind.CHECKPOINT_FORGED: Bilingual(
        ja="{store} のチェックポイント{where}に営業所の署名がありません",
        en="checkpoint {where} of {store} is not signed by the office",
    ),
    FindingKind.CHECKPOINT_MISSING: Bilingual(
        ja="{store} にチェックポイント{where}がありません",
        en="checkpoint {where} is missing from {store}",
    ),
    FindingKind.CHECKPOINT_FORKED: Bilingual(
        ja="{store} のチェックポイント{where}は、ほかとは別の履歴に続いています",
        en="checkpoint {where} of {store} follows another history than the rest",
    ),
    FindingKind.CHECKPOINT_UNREADABLE: Bilingual(
        ja="{store} の{where}行目はチェックポイントではありません",
        en="line {where} of {store} is not a checkpoint",
    ),
    FindingKind.EXPORT_CHANGED: Bilingual(
        ja="書出しの {store} は、営業所が署名したときの内容と違います",
        en="{store} of the export is not as the office signed it",
    ),
    FindingKind.CARD_CHANGED: Bilingual(
        ja="{store} のカードが、登録・失効の記録と違います。使わずに、失効させて登録し直してください",
        en="the card of {store} is not as its enrolment and revocation were recorded: revoke it and enrol it anew",
    ),
    FindingKind.TOKEN_CHANGED: Bilingual(
        ja="APIトークン {store} が、申請・承認・失効の記録と違います。失効させて、新しいトークンを申請してください",
        en="the API token {store} is not as its application, approval and end were recorded: "
        "end it and ask for another",
    ),
    FindingKind.ROLE_CHANGED: Bilingual(
        ja="役割 {store} が、付与・取消しの記録と違います。利用者の画面で取り消すか、付与し直してください",
        en="the role {store} is not as the audit recorded who was given or lost it: "
        "take it away or give it on the screen",
    ),
    FindingKind.TOKEN_PARTLY_RECORDED: Bilingual(
        ja="APIトークン {store} は以前の版で承認され、ダイジェストの記録がありません。"
        "新しいトークンに取り替えてください",
        en="the API token {store} was approved under an older version, which did not record its digest: replace it",
    ),
    FindingKind.UNPROVEN: Bilingual(
        ja="記録{where}は前後とつながっていますが、その前の切れ目より後を保証するチェックポイントがありません",
        en="event {where} fits, but after the break behind it no checkpoint vouches for it",
    ),
    FindingKind.CLOCK_BACK: Bilingual(
        ja="記録{where}の前で時計が戻っています", en="the clock went back before event {where}"
    ),
    FindingKind.GUARD_MISSING: Bilingual(
        ja="データベースの保護機能 {store} がありません。init を実行してください",
        en="the database's guard {store} is not there: run init",
    ),
}
"""What each kind says, in Japanese and English."""


@dataclass(frozen=True)
class AuditFinding:
    """One kind of damage at the positions (or checkpoint numbers) ``first`` to ``last``, in ``store`` if it matters."""

    damage: FindingKind
    first: int = 0
    last: int = 0
    store: str = ""

    @property
    def is_note(self) -> bool:
        """Whether it is worth knowing but no damage."""
        return self.damage in NOTES

    @property
    def words(self) -> Bilingual:
        """What was found, for people, in Japanese and in English."""
        first, last = self.first, self.last
        several = Bilingual(ja=f"{first}〜{last}", en=f"{first} to {last}")
        return SENTENCES[self.damage].format(where=first if first == last else several, store=self.store)

    @property
    def sentence(self) -> str:
        """What was found, in English."""
        return self.words.en

    def joined(self, other: AuditFinding) -> AuditFinding | None:
        """Return one finding for this and the ``other`` right behind it, if they are of one kind."""
        mergeable = self.damage not in (FindingKind.BROKEN_LINK, FindingKind.REWRITTEN, FindingKind.CLOCK_BACK)
        if (
            mergeable
            and self.first
            and (self.damage, self.store, self.last + 1)
            == (
                other.damage,
                other.store,
                other.first,
            )
        ):
            return replace(self, last=other.last)
        return None


class Findings:
    """Gathers findings; neighbours become ranges, and beyond :data:`MOST_SHOWN` they are only counted."""

    def __init__(self) -> None:
        self._shown: list[AuditFinding] = []
        self.not_shown = 0

    def add(self, found: Iterable[AuditFinding]) -> None:
        """Take more findings, in the order they were found."""
        for finding in found:
            before = self._before()
            together = self._shown[before].joined(finding) if self._shown else None
            if together:
                self._shown[before] = together
            elif len(self._shown) < MOST_SHOWN:
                self._shown.append(finding)
            else:
                self.not_shown += not finding.is_note

    def _before(self) -> int:
        """Where the finding stands that the next one may continue: the last, or the damage that a note came with."""
        behind_damage = len(self._shown) > 1 and self._shown[-1].damage is FindingKind.UNPROVEN
        return -2 if behind_damage and not self._shown[-2].is_note else -1

    @property
    def shown(self) -> tuple[AuditFinding, ...]:
        """The findings, neighbours joined, each once."""
        return tuple(dict.fromkeys(self._shown))

    @property
    def damaged(self) -> bool:
        """Whether anything but notes was found."""
        return self.not_shown > 0 or any(not finding.is_note for finding in self._shown)
