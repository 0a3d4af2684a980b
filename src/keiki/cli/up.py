"""``keiki up``: every zone and a small town, running until Ctrl-C."""

from __future__ import annotations

import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from keiki.cli.assembly import System
from keiki.cli.language import Language
from keiki.cli.zones import ZoneRefused, ZoneSilent


def start(folder: Path | None, points: int, seed: int, language: Language) -> int:
    """Start everything, say where to look, and stop everything at Ctrl-C or SIGTERM. Returns an exit code."""
    console = Console(highlight=False, soft_wrap=True)
    japanese = language is Language.JA
    where = (folder or Path(tempfile.mkdtemp(prefix="keiki-"))).resolve()
    system = System(where)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        system.open(seed, points, speed=1.0, screens=True)
        for line in _where_to_look(system, japanese):
            console.print(line)
        while not (stopped := system.zones.stopped()):
            time.sleep(1)
        console.print(f"{stopped} が停止しました。" if japanese else f"{stopped} stopped by itself: see its log.")
    except KeyboardInterrupt:
        console.print("停止します。" if japanese else "stopping.")
        return 0
    except (ZoneRefused, ZoneSilent, OSError) as error:
        console.print(f"[red]✕[/] {error}", markup=True)
    finally:
        system.close()
    return 1


def _where_to_look(system: System, japanese: bool) -> list[str]:
    point = system.world("places")[0]["supply_point"]
    office = f"./keiki office --data {system.data('office')}"
    town = f"./keiki bench say --folder {system.data('bench')}"
    words = (
        (
            "画面",
            "ログイン(デモ用。起動のたびに変わります)",
            "認証アプリの鍵",
            "動いているもの",
            "コマンドで試せること",
            "データとログ",
            "Ctrl-C で停止",
        )
        if japanese
        else (
            "screens",
            "log in as (made-up people, new at every start)",
            "authenticator key",
            "running",
            "try on the command line",
            "data and logs",
            "Ctrl-C stops everything",
        )
    )
    return [
        f"[bold]{words[0]}[/]  [link={system.url}]{system.url}[/link]",
        f"[bold]{words[1]}[/]",
        *(_person(each, words[2]) for each in system.people),
        f"[bold]{words[3]}[/]  town, relay, office worker, office screens, control agent",
        f"[bold]{words[4]}[/]",
        f"  {office} link --supply-point {point}",
        f"  ./keiki sources check --data {system.data('office')}",
        f"  ./keiki audit list --data {system.data('office')}",
        f"  {town} help",
        f"[bold]{words[5]}[/]  {system.folder}",
        f"[dim]{words[6]}[/]",
    ]


def _person(person: dict[str, Any], key: str) -> str:
    second = f"  {key} {person['totp_secret']}" if "totp_secret" in person else ""
    return f"  {person['username']:<25} {person['password']}{second}"
