"""What the worker sees: the steps as they happen, the lamps, the message, and what to do next.

A sign stands beside every colour. Nothing of the password or the authentication ID ever comes here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from keiki.domain.diagnosis import Diagnosis, DiagnosisId
from keiki.domain.workorders.visit import VisitEvent
from keiki.foundation.text.bilingual import Bilingual
from keiki.handheld.folding import fold
from keiki.handheld.journal import Visit, VisitStep
from keiki.handheld.refusals import EXPLANATIONS
from keiki.handheld.visit import VisitConclusion

STEPS = {
    VisitEvent.FIND_METER: Bilingual(ja="作業指示書の計器を見つけました", en="The meter of the work order is found"),
    VisitEvent.OPEN_ENVELOPE: Bilingual(ja="この計器のために封印を開けます", en="Opening the seal for this meter"),
    VisitEvent.TAKE_UP: Bilingual(ja="訪問を再開しました", en="The visit is taken up again"),
    VisitEvent.MATCH_METER: Bilingual(
        ja="書込み直前にも同じ計器です", en="It is still that meter right before the write"
    ),
    VisitEvent.WRITE: Bilingual(ja="パスワードを設定しています…", en="Setting the password…"),
    VisitEvent.LOSE_REPLY: Bilingual(
        ja="応答がありません。計器に確かめます", en="No reply: asking the meter what it holds"
    ),
    VisitEvent.FIND_HELD: Bilingual(
        ja="計器には既に設定されています", en="The meter holds it already: nothing to write"
    ),
    VisitEvent.ACKNOWLEDGE: Bilingual(ja="計器が受け付けました", en="The meter accepted it"),
    VisitEvent.PROVE: Bilingual(ja="計器が新しいパスワードを証明しました", en="The meter proved the new password"),
    VisitEvent.CLOSE: Bilingual(ja="訪問を終えました", en="The visit is closed"),
    VisitEvent.ABANDON: Bilingual(ja="訪問はここで終わりです（未設定）", en="The visit ends here, without success"),
}
_SIGNS = {VisitEvent.WRITE: "…", VisitEvent.LOSE_REPLY: "!", VisitEvent.ABANDON: "✕"}
_STYLES = {"✓": "green", "…": "dim", "!": "yellow", "✕": "red"}
NEXT = Bilingual(ja="次にすること", en="Do next")
WHY = Bilingual(ja="理由", en="Why")
CAUSES = Bilingual(ja="考えられる原因", en="Probable causes")
NOTES = Bilingual(ja="注意", en="Note")
DONE = Bilingual(ja="設定が完了しました", en="The password is set and proved")
HAND_OVER = Bilingual(
    ja="帰着後、results で結果を営業所に渡してください。", en="Back at the depot, hand the result over with results."
)
NO_HEMS_YET = Bilingual(
    ja="設定直後はHEMSが未接続でも正常です。お客さまがHEMSに入力した後に接続します。",
    en="Right after the setting no HEMS is joined yet: it will be when the customer has put ID and password into it.",
)
ON_SITE = Bilingual(ja="現地で読取り", en="read on site")
WIDTH = 78
LAMP = {True: ("●", "green"), False: ("✕", "red"), None: ("?", "yellow")}


class TerminalScreen:
    """Draws on a terminal in one language; times are shown in ``zone``."""

    def __init__(self, lang: Literal["ja", "en"], zone: ZoneInfo, console: Console | None = None) -> None:
        self._lang, self._zone = lang, zone
        self._console = console or Console(highlight=False)

    def begin(self, visit: Visit) -> None:
        """Say which work order is at hand."""
        order = self._say(Bilingual(ja="作業指示書", en="Work order")), visit.work_order or "—"
        unit = self._say(Bilingual(ja="通信ユニット", en="communication unit")), visit.unit
        number = self._say(Bilingual(ja="訪問", en="visit")), visit.id[:8]
        said = " · ".join(f"{name} {value}" for name, value in (order, unit, number))
        self._console.print(Text(said, style="bold"))

    def step(self, step: VisitStep) -> None:
        """Show a step when it was journalled."""
        sign = _SIGNS.get(step.event, "✓")
        at = datetime.fromtimestamp(step.at, self._zone).strftime("%H:%M:%S")
        line = Text.assemble((f" {sign} ", _STYLES[sign]), self._say(STEPS[step.event]), ("  " + at, "dim"))
        self._console.print(line)

    def conclude(self, conclusion: VisitConclusion, diagnosis: Diagnosis | None) -> None:
        """Show how a visit ended or what stands in its way."""
        if conclusion.trouble is not None:
            self.refuse(conclusion.trouble)
            return
        parts = [self._next((HAND_OVER,))]
        if diagnosis is not None and diagnosis.id is DiagnosisId.HEMS_UNCONNECTED:
            parts.append(self._list(NOTES, (NO_HEMS_YET,), "dim"))
        self._panel(self._say(DONE), parts, "green", "✓")
        if diagnosis is not None:
            self.diagnose(diagnosis)

    def refuse(self, code: str) -> None:
        """Show a refusal: what, why, and what to do."""
        words = EXPLANATIONS[code]
        why = Text.assemble((f"{self._say(WHY)}: ", "dim"), self._say(words.why))
        self._panel(self._say(words.what), [why, self._next((words.todo,))], "red", "✕")

    def diagnose(self, diagnosis: Diagnosis) -> None:
        """Show the lamps, the message, what to do next, causes and notes."""
        parts: list[RenderableType] = [self._lamps(diagnosis)]
        exchange = diagnosis.exchange(self._zone)
        if exchange is not None:
            lines = fold(self._say(exchange), WIDTH - 4)
            parts.append(Text("\n".join(lines), style="bold yellow" if diagnosis.silent else ""))
        if diagnosis.causes:
            parts.append(self._list(CAUSES, diagnosis.causes, ""))
        parts.append(self._next(diagnosis.todo))
        if diagnosis.notes:
            parts.append(self._list(NOTES, diagnosis.notes, "dim"))
        at = diagnosis.at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S %Z")
        parts.append(Text(f"{at} · {self._say(ON_SITE)}", style="dim"))
        sign, style = ("!", "yellow") if diagnosis.silent else ("✓", "green") if diagnosis.ok else ("✕", "red")
        self._panel(self._say(diagnosis.message), parts, style, sign)

    def say(self, words: Bilingual) -> None:
        """Show one sentence."""
        self._console.print(Text(self._say(words)))

    def _say(self, words: Bilingual) -> str:
        return words.in_language(self._lang)

    def _lamps(self, diagnosis: Diagnosis) -> RenderableType:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for lamp in diagnosis.lamps:
            sign, style = LAMP[lamp.good]
            table.add_row(Text(sign, style=style), self._say(lamp.name), Text(self._say(lamp.word), style=style))
        return table

    def _next(self, words: tuple[Bilingual, ...]) -> RenderableType:
        return self._list(NEXT, words, "bold")

    def _list(self, title: Bilingual, words: tuple[Bilingual, ...], style: str) -> RenderableType:
        lines = Table.grid(padding=(0, 1, 0, 0))
        for each in words:
            lines.add_row("  ·", Text("\n".join(fold(self._say(each), WIDTH - 8)), style=style))
        return Group(Text(self._say(title), style=style or "dim"), lines)

    def _panel(self, title: str, parts: list[RenderableType], style: str, sign: str) -> None:
        spaced: list[RenderableType] = []
        for part in parts:
            spaced += [Text(""), part]
        heading = Text(f"{sign} {title}", style=f"bold {style}")
        self._console.print(Panel(Group(heading, *spaced), border_style=style, padding=(0, 1), width=WIDTH))
