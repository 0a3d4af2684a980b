"""``keiki story``: the main job once, from an application to a diagnosis, on real parts.

Ten steps, each shown with the evidence that it happened. The exit code is 0 only if every one was seen to happen.
"""

from __future__ import annotations

import signal
import tempfile
import time
from pathlib import Path

from keiki.cli.assembly import System
from keiki.cli.run_folder import FolderRefused, disk_full, held
from keiki.cli.story import office_steps, remote_steps, site_steps, words
from keiki.cli.story.page import Page, StepFailed
from keiki.cli.story.story_run import StoryRun
from keiki.cli.zones import ZoneRefused, ZoneSilent
from keiki.foundation.program.language import Language

STEPS = (
    (
        office_steps.town,
        "A town starts, with five data servers and every zone",
        "町と 5 つのデータサーバ、全ゾーンの起動",
    ),
    (office_steps.application, "A customer applies for route B", "お客さまがBルートを申し込む"),
    (
        office_steps.linked,
        "The five servers are linked by the supply point's code",
        "供給地点特定番号で 5 つのサーバを連携",
    ),
    (
        office_steps.design,
        "A wrong design is refused, the best is finished",
        "誤った設計は完了できず、最良の組合せで完了",
    ),
    (office_steps.work_order, "The work order is issued with a sealed barcode", "暗号化バーコード付き作業指示書の発行"),
    (
        site_steps.visit,
        "The visit: units replaced, password set unseen",
        "訪問: ユニット取替、パスワードは見えないまま設定",
    ),
    (site_steps.hems, "The customer's HEMS reads the meter", "お客さまのHEMSが計器を読む"),
    (remote_steps.lost_password, "A lost password is rewritten remotely", "失われたパスワードを遠隔で書換え"),
    (remote_steps.diagnosis, "Why a HEMS cannot talk: remotely and on site", "通信できない原因を遠隔と現地で診断"),
)


def tell(folder: Path | None, keep: bool, seed: int, points: int, language: Language) -> int:
    """Tell the story; return 0 only if every step was seen to happen."""
    page = Page(language)
    if folder is not None and folder.is_dir() and any(folder.iterdir()):
        page.note(
            page.words(
                f"{folder} is not empty: name an empty folder.",
                f"{folder} は空ではありません。空のフォルダを指定してください。",
            )
        )
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # however it ends, nothing is left behind
    try:
        where = (folder or Path(tempfile.mkdtemp(prefix="keiki-story-"))).resolve()
        with held(where):
            return _run_steps(StoryRun(page, System(where), seed, points), keep)
    except FolderRefused as refused:
        page.note(refused.text.in_language(language))
        return 2
    except OSError as error:
        page.note(str(error))
        return 1


def _run_steps(tale: StoryRun, keep: bool) -> int:
    page, where = tale.page, tale.system.folder
    began = time.monotonic()
    try:
        for act, english, japanese in STEPS:
            with page.step(english, japanese):
                act(tale)
        _summary(tale, time.monotonic() - began)
    except (StepFailed, ZoneRefused, ZoneSilent, OSError) as error:
        _failed(page, error)
        if full := disk_full(where):
            page.note(full.in_language(page.language))
        return 1
    except (LookupError, TypeError, ValueError, StopIteration) as error:
        what = f"{type(error).__name__} {error}"
        sentence = (f"a zone's answer was not as expected: {what}", f"ゾーンの応答が想定と異なります: {what}")
        _failed(page, StepFailed(*sentence))
        return 1
    except KeyboardInterrupt:
        page.note(page.words("stopped.", "中断しました。"))
        return 130
    finally:
        tale.close(keep)
        if keep:
            page.note(page.words(f"kept: {where}", f"保存先: {where}"))
    return 0


def _summary(tale: StoryRun, took: float) -> None:
    """10: what was seen, in one line each, and how long it took."""
    page = tale.page
    with page.step("Everything was seen to happen", "すべて確認済み"):
        for number, (title, seconds) in enumerate(page.seen, 1):
            page.evidence(f"{number:>2}  {seconds:5.1f} s", f"{number:>2}  {seconds:5.1f} 秒", title)
    page.note(page.words(f"\nThe story took {took:.0f} s.", f"\n所要時間 {took:.0f} 秒。"))


def _failed(page: Page, error: Exception) -> None:
    number = len(page.seen) + 1
    page.console.print(
        f"    [red]✕ {page.words(f'step {number} was not seen to happen', f'手順 {number} を確認できません')}[/]"
    )
    page.detail(words.reason(page, error))
