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

from keiki.domain.diagnosis import Diagnosis, DiagnosisId, Words
from keiki.domain.workorders.visit import VisitEvent
from keiki.handheld.folding import fold
from keiki.handheld.journal import Step, Visit
from keiki.handheld.refusals import EXPLANATIONS
from keiki.handheld.visit import Conclusion

STEPS = {
    VisitEvent.FIND_METER: Words("作業指示書の計器を見つけました", "The meter of the work order is found"),
    VisitEvent.OPEN_ENVELOPE: Words("この計器のために封印を開けます", "Opening the seal for this meter"),
    VisitEvent.TAKE_UP: Words("訪問を再開しました", "The visit is taken up again"),
    VisitEvent.MATCH_METER: Words("書込み直前にも同じ計器です", "It is still that meter right before the write"),
    VisitEvent.WRITE: Words("パスワードを設定しています…", "Setting the password…"),
    VisitEvent.LOSE_REPLY: Words("応答がありません。計器に確かめます", "No reply: asking the meter what it holds"),
    VisitEvent.FIND_HELD: Words("計器には既に設定されています", "The meter holds it already: nothing to write"),
    VisitEvent.ACKNOWLEDGE: Words("計器が受け付けました", "The meter accepted it"),
    VisitEvent.PROVE: Words("計器が新しいパスワードを証明しました", "The meter proved the new password"),
    VisitEvent.CLOSE: Words("訪問を終えました", "The visit is closed"),
    VisitEvent.ABANDON: Words("訪問はここで終わりです（未設定）", "The visit ends here, without success"),
}
_SIGNS = {VisitEvent.WRITE: "…", VisitEvent.LOSE_REPLY: "!", VisitEvent.ABANDON: "✕"}
_STYLES = {"✓": "green", "…": "dim", "!": "yellow", "✕": "red"}
NEXT = Words("次にすること", "Do next")
WHY = Words("理由", "Why")
CAUSES = Words("考えられる原因", "Probable causes")
NOTES = Words("注意", "Note")
DONE = Words("設定が完了しました", "The password is set and proved")
HAND_OVER = Words(
    "帰着後、results で結果を営業所に渡してください。", "Back at the depot, hand the result over with results."
)
NO_HEMS_YET = Words(
    "設定直後はHEMSが未接続でも正常です。お客さまがHEMSに入力した後に接続します。",
    "Right after the setting no HEMS is joined yet: it will be when the customer has put ID and password into it.",
)
ON_SITE = Words("現地で読取り", "read on site")
WIDTH = 78
LAMP = {True: ("●", "green"), False: ("✕", "red"), None: ("?", "yellow")}


class Screen:
    """Draws on a terminal in one language; times are shown in ``zone``."""

    def __init__(self, lang: Literal["ja", "en"], zone: ZoneInfo, console: Console | None = None) -> None:
        self._lang, self._zone = lang, zone
        self._console = console or Console(highlight=False)

    def begin(self, visit: Visit) -> None:
        """Say which work order is at hand."""
        order = self._say(Words("作業指示書", "Work order")), visit.work_order or "—"
        unit = self._say(Words("通信ユニット", "communication unit")), visit.unit
        number = self._say(Words("訪問", "visit")), visit.id[:8]
        said = " · ".join(f"{name} {value}" for name, value in (order, unit, number))
        self._console.print(Text(said, style="bold"))

    def step(self, step: Step) -> None:
        """Show a step when it was journalled."""
        sign = _SIGNS.get(step.event, "✓")
        at = datetime.fromtimestamp(step.at, self._zone).strftime("%H:%M:%S")
        line = Text.assemble((f" {sign} ", _STYLES[sign]), self._say(STEPS[step.event]), ("  " + at, "dim"))
        self._console.print(line)

    def conclude(self, conclusion: Conclusion, diagnosis: Diagnosis | None) -> None:
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
        """Show the four lamps, the message, what to do next, causes and notes."""
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

    def say(self, words: Words) -> None:
        """Show one sentence."""
        self._console.print(Text(self._say(words)))

    def _say(self, words: Words) -> str:
        return words.in_language(self._lang)

    def _lamps(self, diagnosis: Diagnosis) -> RenderableType:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for lamp in diagnosis.lamps:
            sign, style = LAMP[lamp.good]
            table.add_row(Text(sign, style=style), self._say(lamp.name), Text(self._say(lamp.word), style=style))
        return table

    def _next(self, words: tuple[Words, ...]) -> RenderableType:
        return self._list(NEXT, words, "bold")

    def _list(self, title: Words, words: tuple[Words, ...], style: str) -> RenderableType:
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
