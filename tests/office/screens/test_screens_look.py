"""The manner of the screens: every component in both languages, nothing that the policy forbids."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import look_samples
import pytest
from django.utils import timezone, translation

import keiki.office
from keiki.office.screens.drawing import Drawing, DrawnUnit, place, wrap
from keiki.office.screens.moments import age, relative_time
from keiki.office.screens.templatetags.keiki import as_of, pill, point, when

OFFICE = Path(keiki.office.__file__).parent
LANGUAGES = ("ja", "en")
ERRORS = ("400", "403", "404", "409", "429", "500", "503", "csrf")
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an inline script": re.compile(r"<script(?![^>]*(?:\bsrc=|type=.application/json))[^>]*>", re.I),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a script address": re.compile(r"javascript:", re.I),
    "something from elsewhere": re.compile(r"""(?:href|src|action)\s*=\s*["'](?:https?:)?//""", re.I),
    "htmx evaluation": re.compile(r"""hx-on|hx-vals\s*=\s*["']js:""", re.I),
}
NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)  # 14:00 in Japan


def broken_promises(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.parametrize("file", sorted(OFFICE.rglob("*.html")), ids=lambda file: file.relative_to(OFFICE).as_posix())
def test_no_template_holds_what_the_policy_forbids(file: Path) -> None:
    assert broken_promises(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="x">', "<style>", "<script>x()</script>", '<a onclick="x">', '<a href="javascript:x">',
        '<img src="https://a/b">', '<a href="//a/b">', '<a hx-on:click="x">',
    ],
)  # fmt: skip
def test_the_search_finds_what_it_looks_for(text: str) -> None:
    assert broken_promises(text)


def test_the_stylesheet_fetches_nothing() -> None:
    for file in (OFFICE / "screens" / "static").rglob("*.css"):
        assert not re.search(r"url\(|@import|@font-face", file.read_text("utf-8")), file.name


def test_every_class_of_a_template_is_in_the_stylesheet() -> None:
    styles = " ".join(file.read_text("utf-8") for file in OFFICE.rglob("*.css"))
    scripts = " ".join(file.read_text("utf-8") for file in OFFICE.rglob("*.js"))
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", styles + scripts)) | {"from-request"}
    unknown = {}
    for file in OFFICE.rglob("*.html"):
        text = re.sub(r"\{%.*?%\}", "", re.sub(r"\{\{.*?\}\}", "@", file.read_text("utf-8")))
        used = {name for found in re.findall(r'class="([^"]*)"', text) for name in found.split() if "@" not in name}
        if used - known:
            unknown[file.relative_to(OFFICE).as_posix()] = sorted(used - known)
    assert unknown == {}


def test_only_the_tokens_name_colours() -> None:
    for file in (OFFICE / "screens" / "static").rglob("*.css"):
        if file.name not in {"tokens.css", "print.css"}:
            assert not re.search(r"#[0-9a-f]{3,8}\b|\brgb|\bhsl", file.read_text("utf-8"), re.I), file.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_component_is_drawn_in_both_languages(language: str) -> None:
    page = look_samples.gallery(language)
    assert f'<html lang="{language}">' in page
    assert broken_promises(page) == []
    assert "06-3142-0091-7725-0138-1100" in page
    wanted = (
        ("1–50 of 1,234", "required", "Keyboard") if language == "en" else ("1,234 件中 1–50 件", "必須", "キー操作")
    )
    for words in wanted:
        assert words in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ERRORS)
def test_every_error_page_stands_without_context_and_says_what_to_do(name: str, language: str) -> None:
    page = look_samples.render(f"errors/{name}.html", {}, language)
    what, why, do = (re.sub(r"<[^>]+>", "", part).strip() for part in _error_parts(page))
    assert len(what) > 4
    assert len(why) > 8
    assert len(do) > 8
    assert bool(re.search(r"[\u3040-\u30ff]", what + why + do)) == (language == "ja")


def _error_parts(page: str) -> tuple[str, str, str]:
    found = re.search(r"<h1>(.*?)</h1>.*<p>(.*?)</p>\s*<p class=\"error-next\">(.*?)</p>", page, re.S)
    assert found
    return found[1], found[2], found[3]


def test_a_refusal_for_htmx_is_one_notice_with_the_servers_sentence() -> None:
    notice = look_samples.render("errors/notice.html", {"what": "R2 is broken. Use 3W60-2B."}, "en")
    assert notice.count('class="notice tone-bad"') == 1
    assert "R2 is broken. Use 3W60-2B." in notice


@pytest.mark.parametrize(
    ("ago", "ja", "en"),
    [
        (timedelta(seconds=20), "たった今", "just now"),
        (timedelta(minutes=12), "12 分前", "12 min ago"),
        (timedelta(minutes=-5), "5 分後", "in 5 min"),
        (timedelta(hours=9), "今日 05:00", "today 05:00"),
        (timedelta(hours=15), "昨日 23:00", "yesterday 23:00"),
        (timedelta(hours=-20), "明日 10:00", "tomorrow 10:00"),
        (timedelta(days=5), "11月21日 14:00", "21 Nov 14:00"),
        (timedelta(days=400), "2025年10月22日", "22 Oct 2025"),
    ],
)
def test_near_times_are_said_in_words(ago: timedelta, ja: str, en: str) -> None:
    with timezone.override("Asia/Tokyo"):
        for language, said in (("ja", ja), ("en", en)):
            with translation.override(language):
                assert relative_time(NOW - ago, NOW) == said


def test_an_as_of_time_counts_days() -> None:
    with timezone.override("Asia/Tokyo"):
        with translation.override("en"):
            assert age(NOW - timedelta(days=3), NOW) == "3 days ago"
            assert age(NOW - timedelta(days=30), NOW) == "27 Oct 14:00"
        with translation.override("ja"):
            assert age(NOW - timedelta(days=3), NOW) == "3 日前"


def test_every_time_has_its_date_and_zone_at_hand() -> None:
    with timezone.override("Asia/Tokyo"), translation.override("ja"):
        said = when(NOW)
        assert 'datetime="2026-11-26T14:00:00+09:00"' in said
        assert 'title="2026年11月26日(木) 14:00 JST"' in said
        assert "時点" in as_of(NOW)


def test_a_supply_point_number_is_grouped_and_anything_else_left_alone() -> None:
    assert "06-3142-0091-7725-0138-1100" in point(look_samples.POINT)
    assert ">1234<" in point("1234")
    assert "&lt;b&gt;" in point("<b>")


def test_a_pill_has_a_sign_and_a_word() -> None:
    drawn = pill("bad", "<Failed>")
    assert "<svg" in drawn
    assert "&lt;Failed&gt;" in drawn


def test_lines_break_where_they_may() -> None:
    assert wrap("replace — route B was applied for", 7) == ("replace —", "route B was", "applied for")
    assert wrap("無線マルチホップ。双方向", 8) == ("無線マルチホップ。", "双方向")
    assert wrap("", 8) == ()


def test_every_line_of_the_drawing_lies_inside_its_unit() -> None:
    long = "R2 再エネ連系の申込みがありますが、計量ユニットは単方向です。両方を双方向のユニットにしてください。" * 3
    unit = DrawnUnit("option", "付加機能ユニット", "SW3W60", long, trouble=(long, long), medium="switching")
    cover = DrawnUnit("cover", "端子カバー", "", "")
    placed = place(Drawing((unit, cover), "x"))
    for one, following in zip(placed.units, [*placed.units[1:], None], strict=True):
        assert all(line.y < one.height for line in one.lines)
        assert one.bottom < (following.top if following else placed.height)


def test_the_drawing_says_in_words_what_it_shows() -> None:
    drawn = look_samples.drawing(look_samples.Voice("ja"), linked=False)
    with translation.override("ja"):
        for words in ("3W60-1B", "取替 — Bルート(無線)が必要なため", "R2 再エネ連系には双方向計量が必要です"):
            assert words in drawn.alternative
    with pytest.raises(ValueError, match="no such action"):
        DrawnUnit("cover", "x", "y", "z", action="swap")


GROUNDS = ("paper", "card", "raised", "shade")
TONES = ("accent", "ok", "bad", "warn", "info")
READABLE = [
    *((text, ground) for text in ("ink", "soft", *TONES) for ground in GROUNDS),
    *((text, f"{tone}-wash") for tone in TONES for text in ("ink", "soft", tone)),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("bad-ink", "bad"),
    ("bad-ink", "bad-strong"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_is_readable_on_every_ground_and_controls_have_an_edge(theme: int) -> None:
    tokens = _colours(theme)
    faint = {pair: round(_contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in READABLE}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 4.5} == {}
    edges = {ground: round(_contrast(tokens["edge"], tokens[ground]), 2) for ground in GROUNDS}
    assert {ground: ratio for ground, ratio in edges.items() if ratio < 3} == {}


def _colours(theme: int) -> dict[str, str]:
    text = (OFFICE / "screens/static/keiki/tokens.css").read_text("utf-8")
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", text)
    return {name: pair[theme] for name, *pair in found}


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
