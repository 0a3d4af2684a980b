"""``keiki up``: every zone and a small town, running until Ctrl-C."""

from __future__ import annotations

import shlex
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from keiki.cli.assembly import System
from keiki.cli.assembly_words import part
from keiki.cli.ports import FIRST, PortInUse, ReservedPort, reserve
from keiki.cli.progress import NoReport, StartLines
from keiki.cli.run_folder import DEFAULT, FolderRefused, RunFolder, disk_full, held
from keiki.cli.supervision import Supervisor
from keiki.cli.zone_settings import screens_port
from keiki.cli.zones import ZoneRefused, ZoneSilent
from keiki.foundation.program.language import Language
from keiki.foundation.program.typed_command import typed
from keiki.foundation.settings.errors import WrongSettingError
from keiki.foundation.text.bilingual import Bilingual

LOOK_SECONDS = 1.0
USAGE = 2


@dataclass(frozen=True)
class UpOptions:
    """What was typed behind ``keiki up``; ``None``: nothing."""

    folder: Path | None
    points: int | None
    seed: int | None
    port: int | None
    language: Language


def start(options: UpOptions) -> int:
    """Start everything, say where to look, and stop everything at Ctrl-C or SIGTERM. Returns an exit code."""
    console = Console(highlight=False, soft_wrap=True)
    where, language = (options.folder or DEFAULT).absolute(), options.language
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with held(where) as run:
            kept = screens_port(where / "office" / "settings.toml")
            reserved = reserve(options.port, kept or FIRST)
            try:
                return _run(run, reserved, kept, options, console)
            finally:
                reserved.close()
    except (FolderRefused, PortInUse, WrongSettingError) as error:
        _refuse(console, error.text, language)
        return USAGE
    except OSError as error:
        _refuse(console, disk_full(where) or Bilingual(ja=f"{error}", en=f"{error}"), language)
        return 1
    except KeyboardInterrupt:
        return 0


def _run(run: RunFolder, reserved: ReservedPort, kept: int | None, options: UpOptions, console: Console) -> int:
    language = options.language

    def say(text: Bilingual) -> None:
        console.print(escape(text.in_language(language)))

    say(Bilingual(ja=f"データの場所: {run.path}", en=f"keeps everything in {run.path}"))
    _tell_port(console, reserved, kept, options)
    system = System(run.path)
    system.refuse_other_town(options.seed, options.points)
    system.zones.on_start = lambda: run.note(system.url, system.zones.pids())
    try:
        with StartLines(console, language) as report:
            system.report = report
            system.open(options.seed, options.points, speed=1.0, screens=reserved)
        system.report = NoReport()
        lines = _where_to_look(system, language)
        system.hang_up()
        for line in lines:
            console.print(line)
        keeper = Supervisor(system, say)
        run.note(system.url, system.zones.pids())
        while True:
            time.sleep(LOOK_SECONDS)
            keeper.look()
    except KeyboardInterrupt:
        say(Bilingual(ja="停止します。", en="stopping."))
        return 0
    except (ZoneRefused, ZoneSilent) as error:
        _refuse(console, disk_full(run.path) or error.text, language)
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave processes behind
        system.close()


def _tell_port(console: Console, reserved: ReservedPort, kept: int | None, options: UpOptions) -> None:
    """Say why the screens are on another port than a reader of README looks for."""
    if reserved.instead_of:
        taken, got = reserved.instead_of, reserved.port
        said = Bilingual(
            ja=f"ポート {taken} は別のプログラムが使っているため、{got} を使います。",
            en=f"port {taken} is taken by another program: the screens are on port {got}.",
        )
    elif options.port is None and kept not in (None, FIRST):
        said = Bilingual(
            ja=f"画面のポートは前回と同じ {kept} です。変えるには --port を指定してください。",
            en=f"the screens keep port {kept} of last time; --port chooses another.",
        )
    else:
        return
    console.print(escape(said.in_language(options.language)))


def _refuse(console: Console, text: Bilingual, language: Language) -> None:
    console.print(f"[red]✕[/] {escape(text.in_language(language))}")


def _where_to_look(system: System, language: Language) -> list[str]:
    point = system.world("places")[0]["supply_point"]
    office = typed(f"office --data {shlex.quote(str(system.data('office')))}")
    town = typed(f"bench say --folder {shlex.quote(str(system.data('bench')))}")
    folder = shlex.quote(str(system.folder))
    words = WORDS[language]
    running = [part(name).in_language(language) for name in system.parts]
    return [
        f"[bold]{words['screens']}[/]  [link={system.url}]{system.url}[/link]",
        f"[bold]{words['people']}[/]",
        *(_person(each, words["key"]) for each in system.people),
        f"[bold]{words['running']}[/]  {words['comma'].join(running)}",
        f"[bold]{words['try']}[/]",
        f"  {office} link --supply-point {point}",
        f"  {typed('sources check --data')} {shlex.quote(str(system.data('office')))}",
        f"  {typed('audit list --data')} {shlex.quote(str(system.data('office')))}",
        f"  {town} help",
        f"[bold]{words['data']}[/]  {folder}",
        f"  {words['remove']}  rm -r {folder}",
        f"[dim]{words['stop']}[/]",
    ]


WORDS: dict[Language, dict[str, str]] = {
    Language.JA: {
        "screens": "画面",
        "people": "ログイン(デモ用。パスワードは起動のたびに変わります)",
        "key": "認証アプリの鍵",
        "running": "動いているもの",
        "comma": "、",
        "try": "コマンドで試せること",
        "data": "データとログ(次の起動でも続きから使います)",
        "remove": "まとめて消すには(停止後に)",
        "stop": "Ctrl-C で停止",
    },
    Language.EN: {
        "screens": "screens",
        "people": "log in as (made-up people, passwords new at every start)",
        "key": "authenticator key",
        "running": "running",
        "comma": ", ",
        "try": "try on the command line",
        "data": "data and logs, continued at the next start",
        "remove": "to remove all of it, after stopping:",
        "stop": "Ctrl-C stops everything",
    },
}


def _person(person: dict[str, Any], key: str) -> str:
    second = f"  {key} {person['totp_secret']}" if "totp_secret" in person else ""
    return f"  {person['username']:<25} {person['password']}{second}"
