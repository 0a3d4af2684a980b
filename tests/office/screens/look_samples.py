"""Sample data of every component, in Japanese and English, and how the office's templates are rendered with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.template import engines
from django.template.loader import get_template
from django.test import RequestFactory, override_settings
from django.utils import translation
from django.utils.translation import gettext_lazy

from keiki.office.screens.drawing import Drawing, DrawnUnit
from keiki.office.screens.lists import Heading, Pager, Table, TableRow
from keiki.office.screens.parts import (
    CountLink,
    Freshness,
    Happening,
    LifeStage,
    PathStep,
    Repair,
    ShownCheck,
    ShownFact,
    ShownLamp,
    ShownSource,
    Tone,
)
from keiki.office.screens.templatetags.keiki import point, when

GALLERY = Path(__file__).with_name("look_gallery.html")
POINT = "0631420091772501381100"

WORDS = {
    "title": ("設計 D-2481", "Design D-2481"),
    "kind": ("戸建・Bルート新規申込", "Detached house, new route-B application"),
    "unfinished": ("未完了 — 1 件の不適合", "Unfinished — 1 rule broken"),
    "print": ("印刷", "Print"),
    "withdraw": ("設計を取り下げる", "Withdraw the design"),
    "withdraw_why": ("取り下げた設計は元に戻せません。", "A withdrawn design does not come back."),
    "refused": ("設計を完了できません。", "The design cannot be finished."),
    "refused_why": (
        "R2: 再エネ連系には双方向計量が必要です。",
        "R2: renewable interconnection needs two-way measurement.",
    ),
    "refused_do": ("計量ユニットを 3W60-2B に替えてください。", "Use metering unit 3W60-2B."),
    "linked": ("関連データ — 誰が、いつ時点で", "Linked data — who, as of when"),
    "combination": ("組合せ", "Combination"),
    "proposed": ("推奨", "Proposed"),
    "own": ("自分の組合せ", "My combination"),
    "installed": ("既設", "Installed"),
    "replace": ("取替", "replace"),
    "keep": ("流用", "keep"),
    "wrong": ("不適合", "does not fit"),
    "unit": ("ユニット", "unit"),
    "undo": ("戻す", "undo"),
    "checks": ("確認", "Checks"),
    "finish": ("設計を完了する", "Finish the design"),
    "finish_not": (
        "不適合が残っている間は完了できません。情報の食い違い(製造番号)も解消が必要です。",
        "It cannot be finished while a rule is broken. The contradiction (serial number) must be settled, too.",
    ),
    "orders": ("作業指示書", "Work orders"),
    "new_order": ("作業指示書を作る", "Make a work order"),
    "status": ("通信ユニットの状態", "Status of the communication unit"),
    "history": ("履歴", "History"),
    "journey": ("遠隔指令の経路", "Path of the remote command"),
    "form": ("申込", "Application"),
    "save": ("保存する", "Save"),
    "cancel": ("やめる", "Cancel"),
    "empty": ("待っているもの", "Waiting"),
    "nothing": ("待っている設計はありません。", "No design is waiting."),
    "nothing_do": ("申込が届くと、ここに表示されます。", "New applications will appear here."),
    "progressing": ("設計を確認しています", "Checking designs"),
    "finished": ("完了", "Finished"),
    "failed": ("失敗", "Failed"),
    "waiting": ("応答待ち", "Waiting for an answer"),
    "ended": ("終了", "Ended"),
    "saved": ("保存しました。", "Saved."),
    "stale": ("配電管理システムの情報が古くなっています。", "What the DMS says is too old."),
    "stale_do": ("更新を待つか、担当課に確認してください。", "Wait for its next update, or ask its owner."),
}


@dataclass(frozen=True)
class Voice:
    """One of the two languages, to say either half of a pair."""

    language: str

    def __call__(self, ja: str, en: str) -> str:
        return ja if self.language == "ja" else en


class ApplicationForm(forms.Form):
    """A form with each kind of field, one of them wrong."""

    applicant = forms.CharField(label=gettext_lazy("Search"), help_text="1234567890")
    medium = forms.ChoiceField(label="HEMS", choices=[("wireless", "920 MHz"), ("plc", "PLC")])
    way = forms.ChoiceField(label="Bルート", choices=[("1", "ID"), ("2", "HEMS")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="同意 / Agreed", required=False)
    notes = forms.CharField(label="備考 / Notes", widget=forms.Textarea, required=False)


class FilterForm(forms.Form):
    """Filters above a list."""

    state = forms.ChoiceField(label="状態 / State", choices=[("", "—"), ("open", "open")], required=False)
    worker = forms.CharField(label="作業者 / Worker", required=False)
    late = forms.BooleanField(label="遅れ / Late", required=False)


def drawing(say: Voice, linked: bool = True) -> Drawing:
    """The combination of the sketch: one unit breaks a rule."""
    url = {"url": "#unit"} if linked else {}
    return Drawing(
        (
            DrawnUnit(
                "communication",
                say("通信ユニット", "communication unit"),
                "RF-W2",
                say("無線マルチホップ・Bルート無線・双方向", "Radio multi-hop, route B wireless, two-way"),
                action="replace",
                action_words=say("取替 — Bルート(無線)が必要なため", "replace — route B (wireless) was applied for"),
                medium="rf",
                selected=True,
                **url,
            ),
            DrawnUnit(
                "metering",
                say("計量ユニット", "metering unit"),
                "3W60-1B",
                say("単相3線 60A・Bルート機能あり・単方向", "1P3W 60 A, with route-B function, one-way"),
                serial="M7730-2219",
                trouble=(
                    say(
                        "R2 再エネ連系には双方向計量が必要です",
                        "R2 renewable interconnection needs two-way measurement",
                    ),
                ),
                **url,
            ),
            DrawnUnit(
                "option",
                say("付加機能ユニット", "optional unit"),
                "SW3W60",
                say("開閉器・単相3線 60A", "Switching unit, 1P3W 60 A"),
                serial="S1120-0047",
                medium="switching",
                **url,
            ),
            DrawnUnit(
                "cover",
                say("端子カバー", "terminal cover"),
                "RAIN",
                say("防雨", "Against rain"),
                action="new",
                medium="rain",
                **url,
            ),
        ),
        say("ユニットの組合せ図", "The units as they plug together"),
    )


def table(say: Voice, now: datetime) -> Table:
    """A list as the list machinery hands it over."""
    headings = (
        Heading("number", say("番号", "Number"), False, True, "descending", "?sort=number"),
        Heading("point", say("供給地点", "Supply point"), False, False, "", ""),
        Heading("date", say("訪問", "Visit"), False, True, "", "?sort=date"),
        Heading("units", say("取替数", "Units"), True, True, "", "?sort=units"),
    )
    rows = tuple(
        TableRow(
            f"#w{n}",
            "bad" if n == 2 else "",
            ((f"W-{100 - n}", False), (point(POINT), False), (when(now + timedelta(days=n)), False), (n, True)),
        )
        for n in range(6)
    )
    return Table(
        headings,
        rows,
        FilterForm({}),
        True,
        Pager(first=1, last=50, total=1234, more=False, previous_url="", next_url="?start=50"),
        "?format=csv",
    )


def samples(language: str, now: datetime | None = None) -> dict[str, Any]:
    """The whole context of the gallery."""
    say, now = Voice(language), now or datetime.now(UTC)
    return {
        "words": {name: say(*pair) for name, pair in WORDS.items()},
        "number": POINT,
        "may_search": True,
        "navigation": [
            {"key": letter, "url": f"/{key}", "label": say(ja, en), "current": key == "designs"}
            for key, letter, ja, en in (
                ("today", "t", "今日", "Today"),
                ("points", "p", "供給地点", "Supply points"),
                ("designs", "d", "設計", "Designs"),
                ("orders", "w", "作業指示書", "Work orders"),
                ("remote", "r", "遠隔操作", "Remote"),
                ("support", "s", "サポート", "Support"),
                ("catalogue", "c", "カタログ", "Catalogue"),
                ("people", "u", "利用者", "People"),
                ("audit", "a", "監査", "Audit"),
            )
        ],
        "user": SimpleNamespace(is_authenticated=True, name=say("佐藤 恵", "Megumi Sato")),
        "person": {
            "office": say("北摂営業所", "Hokusetsu"),
            "roles": [say("設計担当", "Designer")],
            "account_url": "/account",
        },
        "version": "0.1.0",
        "request": RequestFactory().get("/gallery"),
        "sources": sources(say, now),
        "drawing": drawing(say),
        "checks": checks(say),
        "table": table(say, now),
        "lamps": (
            ShownLamp(say("起動", "Startup"), say("正常", "clear"), Tone.OK),
            ShownLamp(say("認証", "Authentication"), say("失敗", "failure"), Tone.BAD),
            ShownLamp(say("接続", "Connection"), say("失敗", "failure"), Tone.BAD),
            ShownLamp(say("通信ユニットの状態", "Unit condition"), say("不明", "unknown"), Tone.QUIET),
        ),
        "history": (
            Happening(
                say("設計を始めた", "Design started"), now - timedelta(minutes=12), Tone.INFO, say("佐藤 恵", "M. Sato")
            ),
            Happening(
                say("申込を受け付けた", "Application taken"), now - timedelta(days=1), Tone.OK, "A-118", url="#a"
            ),
            Happening(say("計器を取り付けた", "Meter installed"), datetime(2021, 4, 2, 1, 30, tzinfo=UTC)),
        ),
        "journey": (
            PathStep(
                say("営業所", "Office"), say("封をして発信", "sealed and sent"), Tone.OK, now - timedelta(minutes=9)
            ),
            PathStep(say("中継サーバ", "Relay"), say("預かった", "holds it"), Tone.OK, now - timedelta(minutes=9)),
            PathStep(say("監視制御", "Control"), say("書換え中", "rewriting"), Tone.INFO, now - timedelta(minutes=2)),
            PathStep(say("計器", "Meter"), say("まだ", "not yet"), Tone.QUIET),
        ),
        "form": ApplicationForm({"medium": "plc"}),
        "definition": (
            (say("契約", "Contract"), say("従量電灯A", "Metered A")),
            (say("営業所", "Office"), say("北摂", "Hokusetsu")),
            (say("世代", "Generation"), "4"),
        ),
        "tallies": (
            CountLink(
                say("設計を待っている", "waiting for a design"),
                12,
                Tone.INFO,
                "#w",
                say("最も古いもの 2 日前", "oldest 2 days"),
            ),
            CountLink(say("期限を過ぎた作業", "visits overdue"), 3, Tone.WARN, "#l"),
            CountLink(say("失敗した遠隔指令", "failed remote commands"), 1, Tone.BAD, "#f"),
            CountLink(say("今日開通", "activated today"), 1204, Tone.OK),
        ),
        "stages": (
            LifeStage(say("申込", "Applied"), Tone.OK),
            LifeStage(say("設計", "Design"), Tone.INFO, current=True),
            LifeStage(say("訪問", "Visit"), Tone.QUIET),
            LifeStage(say("開通", "Active"), Tone.QUIET),
        ),
    }


def sources(say: Voice, now: datetime) -> tuple[ShownSource, ...]:
    """What five owners say: one contradicted, one stale, one silent."""
    return (
        ShownSource(
            say("お客さま情報システム", "Customer Information System"),
            now - timedelta(hours=9),
            (
                ShownFact(say("契約", "Contract"), say("従量電灯A・単相3線 60A", "Metered A, 1P3W 60 A")),
                ShownFact(say("再エネ連系", "Renewables"), say("申込あり", "applied for")),
            ),
        ),
        ShownSource(
            say("計器工事実績", "Meter construction records"),
            now - timedelta(days=3),
            (
                ShownFact(say("既設", "Installed"), "RF-N1 · 3W60-1N · SW3W60", code=True),
                ShownFact(say("製造番号", "Serial number"), "K4471-0832", code=True, differs=True),
            ),
            contradictions=(
                say(
                    "監視制御システムは製造番号 K4471-0911 と応答しています。北摂工事課に確認してください。",
                    "The SCS answers with serial number K4471-0911. Ask the Hokusetsu construction section.",
                ),
            ),
        ),
        ShownSource(
            say("配電管理システム", "Distribution Management System"),
            now - timedelta(days=9),
            (ShownFact(say("建物", "Housing"), say("戸建", "detached")),),
            Freshness.STALE,
            note=say("7 日より古い情報では判断できません。", "Nothing is decided from data older than 7 days."),
        ),
        ShownSource(
            say("計器配分", "Meter allocation"),
            None,
            freshness=Freshness.UNAVAILABLE,
            note=say("在庫は分かりません。後でもう一度お試しください。", "Stock is not known. Try again later."),
        ),
    )


def checks(say: Voice) -> tuple[ShownCheck, ...]:
    """Rules: kept, broken with a repair, not yet known."""
    return (
        ShownCheck(
            say("R1 通信ユニットは現地条件に適合", "R1 the communication unit suits the place"),
            Tone.OK,
            say("戸建・無線マルチホップ", "Detached, radio multi-hop"),
        ),
        ShownCheck(
            say("R2 双方向計量が必要です", "R2 two-way measurement is needed"),
            Tone.BAD,
            say(
                "再エネ連系の申込に対し、計量ユニット 3W60-1B は単方向です。",
                "Renewable interconnection was applied for, but metering unit 3W60-1B measures one way.",
            ),
            Repair(
                say("3W60-2B に替える", "Use 3W60-2B"), say("最小の修正・1 ユニット", "Smallest repair, 1 unit"),
                "unit", "3W60-2B", "desk", key="f",
            ),
        ),
        ShownCheck(say("R3 Bルート機能あり(無線)", "R3 route B as applied for"), Tone.OK),
        ShownCheck(
            say("在庫", "Stock"), Tone.QUIET, say("計器配分の応答がありません", "Meter allocation did not answer")
        ),
    )  # fmt: skip


def render(template: str, context: dict[str, Any], language: str) -> str:
    """Render one of the office's templates, or the gallery (""), as the office would."""
    found = get_template(template) if template else engines["django"].from_string(GALLERY.read_text("utf-8"))
    with translation.override(language), override_settings(ROOT_URLCONF="look_urls"):
        return found.render(context)


def gallery(language: str) -> str:
    """Render the page that shows every component once."""
    with translation.override(language):
        return render("", samples(language), language)
