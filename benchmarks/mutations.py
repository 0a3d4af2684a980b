"""Do the tests notice when the code is broken? One small change at a time, and the tests of that module.

    python benchmarks/mutations.py [--count 40] [--seed 1] [--minutes 20] [--module PART-OF-A-PATH]

Changes are drawn from the central modules of ``mutations.toml``: a comparison turned, a condition negated, a number
one higher, ``and`` for ``or``, a statement left out. Each is made in a copy of the project, in which the module's
tests run; a change that no test notices is a survivor and is printed with its place and its difference. Survivors
that change nothing are explained in ``mutations.toml``. One process at a time. Exits 1 where more than 5 % survive
unexplained.
"""

from __future__ import annotations

import argparse
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic

from mutations_made import Mutation, mutations_of

ROOT = Path(__file__).parents[1]
BAR = 0.05
COPIED = ("benchmarks", "development", "docs", "src", "tests", "vectors")


@dataclass(frozen=True)
class Module:
    """A module and the tests that must notice what is wrong with it."""

    path: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """A change that alters nothing: the line as it is and as it becomes, without their indentation."""

    path: str
    line: str
    becomes: str
    reason: str


class Copy:
    """A copy of the project in which a module is broken and its tests are run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", *COPIED, "pyproject.toml", "README.md"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in listed.stdout.splitlines():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)

    def passes(self, module: Module, seconds: float) -> bool:
        """Whether the module's tests pass within ``seconds``."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *module.tests]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "1"}
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                command, cwd=self._folder, env=environment, stdout=said, stderr=said, start_new_session=True
            )
            try:
                return process.wait(seconds) == 0
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                process.wait()
                return False

    def notices(self, module: Module, mutation: Mutation, seconds: float) -> bool:
        """Whether a test fails where ``mutation`` is made."""
        path = self._folder / module.path
        source = path.read_text("utf-8")
        path.write_text(mutation.source, "utf-8")
        try:
            return not self.passes(module, seconds)
        finally:
            path.write_text(source, "utf-8")


def difference(source: str, mutation: Mutation, path: str) -> list[str]:
    """The change as a difference of lines."""
    lines = difflib.unified_diff(source.splitlines(), mutation.source.splitlines(), path, path, lineterm="", n=1)
    return list(lines)[2:]


def explained(path: str, shown: Iterable[str], known: Iterable[Explanation]) -> str:
    """Why a change alters nothing, or an empty text where nobody said so."""
    before = [line[1:].strip() for line in shown if line.startswith("-")]
    after = [line[1:].strip() for line in shown if line.startswith("+")]
    for each in known:
        if (each.path, each.line, each.becomes) == (path, " ".join(before), " ".join(after)):
            return each.reason
    return ""


def drawn(modules: Iterable[Module], count: int, dice: Random) -> Iterator[tuple[Module, Mutation]]:
    """``count`` changes over all modules, each module's in turn, so that every module is looked at early."""
    waiting = []
    for module in modules:
        made = list(mutations_of((ROOT / module.path).read_text("utf-8")))
        dice.shuffle(made)
        waiting.append((module, made))
    left = count
    while left > 0 and any(made for _, made in waiting):
        for module, made in waiting:
            if made and left > 0:
                left -= 1
                yield module, made.pop()


def read(path: Path) -> tuple[list[Module], list[Explanation]]:
    """Read ``mutations.toml``."""
    table = tomllib.loads(path.read_text("utf-8"))
    modules = [Module(each["path"], tuple(each["tests"])) for each in table["module"]]
    return modules, [Explanation(**each) for each in table.get("explained", ())]


def main() -> int:
    """Break, test, print, count."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--count", type=int, default=40, help="how many changes")
    given.add_argument("--seed", type=int, default=1, help="which ones")
    given.add_argument("--minutes", type=float, default=20, help="stop after this long")
    given.add_argument("--module", default="", help="only modules whose path contains this")
    asked = given.parse_args()
    modules, known = read(Path(__file__).with_suffix(".toml"))
    modules = [each for each in modules if asked.module in each.path]
    until, seconds = monotonic() + asked.minutes * 60, {}
    tried = survived = alike = 0
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy = Copy(Path(folder))
        for module, mutation in drawn(modules, asked.count, Random(asked.seed)):
            if monotonic() > until:
                print(f"time is up after {tried} changes")
                break
            if module.path not in seconds:
                began = monotonic()
                if not copy.passes(module, 600):
                    print(f"{module.path}: its tests fail on the code as it is")
                    return 2
                seconds[module.path] = 30 + 4 * (monotonic() - began)
            tried += 1
            if copy.notices(module, mutation, seconds[module.path]):
                continue
            shown = difference((ROOT / module.path).read_text("utf-8"), mutation, module.path)
            reason = explained(module.path, shown, known)
            alike, survived = alike + bool(reason), survived + (not reason)
            print(f"{'alters nothing' if reason else 'SURVIVED'}: {module.path}:{mutation.line}  {mutation.what}")
            print("\n".join(f"    {line}" for line in [*shown, *([reason] if reason else [])]), flush=True)
    share = survived / tried if tried else 0.0
    print(f"{tried} changes, {tried - survived - alike} noticed, {alike} alter nothing, {survived} survived")
    print(f"  survived {share:.1%}   (bar: {BAR:.0%})")
    return int(share > BAR)


if __name__ == "__main__":
    sys.exit(main())
