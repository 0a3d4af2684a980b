"""One word for one thing in everything that people read in Japanese: screens, papers, messages, documents."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = {".py", ".html", ".po", ".typ", ".toml", ".js", ".md", ".svg"}
WRONG: dict[str, tuple[str, str]] = {
    "another word for the work order": ("作業票|作業指示(?!書)", "作業指示書"),
    "another word for one-way": ("片方向", "単方向"),
    "another word for the service office": ("事務所", "営業所"),
    "a long server": ("サーバー", "サーバ"),
    "another word for the meter": (r"(?<!電力)メーター|スマートメータ|電力量計", "計器"),
    "an application with other endings": ("申し込み|申込(?=[をがはにのと、。])", "申込み"),
    "another word for the customer": ("顧客|お客様", "お客さま"),
    "another word for a reading": ("指針|指示値|検針値", "指示数"),
    "another word for the end of certification": ("検定満了|検定切れ", "検満"),
    "a shorter word for the supply point's number": ("供給地点番号|地点番号", "供給地点特定番号"),
    "another word for the communication unit": ("通信部(?![門署])|通信モジュール", "通信ユニット"),
    "another word for the metering unit": ("計量部(?![門署])|計測ユニット(?<!電圧計測ユニット)", "計量ユニット"),
    "another word for the optional unit": ("オプションユニット|付加ユニット", "付加機能ユニット"),
    "another word for the terminal cover": ("端子蓋|端子ふた|ターミナルカバー", "端子カバー"),
    "full-width letters in authentication ID": ("認証ＩＤ|認証番号", "認証ID"),
    "a secret code": ("暗証番号|パスコード", "パスワード"),
    "another word for the relay server": ("中継(?!サーバ)", "中継サーバ"),
    "another word for the office": (
        r"本店|(?<![\w`./-])office ?(?:の|ワーカー|画面|データベース|プロセス)",
        "業務システム",
    ),
    "a contract that ends by another word": ("契約(?:の|を|が|は)?(?:終了|解約)|解約", "廃止"),
}
"""What is wrong, and the word that stands for it (the utility's own: see the glossary)."""


def texts() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "src", "docs", "README.md"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.suffix in READ and path.is_file() and "migrations" not in path.parts]


@pytest.mark.parametrize("what", WRONG)
def test_one_word_for_one_thing(what: str) -> None:
    wrong, right = WRONG[what]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:90]}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(wrong, line)
    ]
    assert not found, f"write {right}: " + "\n".join(found)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("another word for the work order", "作業指示を印刷"),
        ("an application with other endings", "申込を受け付ける"),
        ("another word for the meter", "スマートメーターとHEMSの距離"),
        ("a contract that ends by another word", "契約を終了する"),
        ("another word for the relay server", "本店 → 中継 → 制御"),
        ("another word for the office", "office ワーカー"),
    ],
)
def test_the_wrong_word_is_seen(what: str, text: str) -> None:
    assert re.search(WRONG[what][0], text)


@pytest.mark.parametrize(
    "text", ["電力メーター情報発信サービス", "作業指示書", "申込みを", "申込者", "通信ユニット", "電圧計測ユニット"]
)
def test_the_right_word_is_let_through(text: str) -> None:
    assert not [what for what, (wrong, _) in WRONG.items() if re.search(wrong, text)]
