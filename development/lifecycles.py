"""Draw every lifecycle of the domain as a state diagram into ``docs/lifecycles.md``.

The diagrams are Mermaid (``stateDiagram-v2``), drawn from the transition tables themselves, so the page cannot tell
another story than the code; a test fails when it is not current.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from keiki import domain
from keiki.domain.lifecycle import Lifecycle

PAGE = Path(__file__).parents[1] / "docs" / "lifecycles.md"

_HEAD = """# Lifecycles

Everything in Keiki that lives through states follows one transition table in `src/keiki/domain/`. What a table does not
list is illegal: it raises, and nothing changes. This page is drawn from the tables by `./keiki lifecycles`; change the
table, not the page.
"""


def every_lifecycle() -> Iterator[tuple[ModuleType, Lifecycle[Any, Any]]]:
    """Find every lifecycle under ``keiki.domain`` with the module that holds its table, in order of module name.

    Only modules with a table are imported, so that drawing needs no part that other rooms of the domain need.
    """
    root = Path(domain.__path__[0])
    for path in sorted(root.rglob("*.py")):
        if " = Lifecycle(\n" not in path.read_text(encoding="utf-8"):
            continue
        module = importlib.import_module(".".join([domain.__name__, *path.relative_to(root).with_suffix("").parts]))
        for value in vars(module).values():
            if isinstance(value, Lifecycle) and type(value.initial).__module__ == module.__name__:
                yield module, value


def diagram(lifecycle: Lifecycle[Any, Any]) -> str:
    """Draw one lifecycle in Mermaid; events that lead from one state to the same other share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (source, event), target in lifecycle.table.items():
        arrows.setdefault((source.value, target.value), []).append(event.value)
    lines = ["stateDiagram-v2", f"    [*] --> {lifecycle.initial.value}"]
    lines += [f"    {source} --> {target}: {', '.join(events)}" for (source, target), events in arrows.items()]
    lines += [f"    {state.value} --> [*]" for state in lifecycle.states if state in lifecycle.final]
    return "\n".join(lines)


def page() -> str:
    """Write the whole page: one section per lifecycle, with what its module says of it."""
    return "\n".join([_HEAD, *(_section(module, lifecycle) for module, lifecycle in every_lifecycle())])


def draw(*, check: bool) -> int:
    """Write the page, or with ``check`` only compare; 0 if the page is current afterwards, else 1."""
    text = page()
    if check:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write("docs/lifecycles.md is not what the tables say: run ./keiki lifecycles\n")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


def _section(module: ModuleType, lifecycle: Lifecycle[Any, Any]) -> str:
    prose = inspect.cleandoc(module.__doc__ or "").replace("``", "`")
    source = "src/" + module.__name__.replace(".", "/") + ".py"
    title = lifecycle.name.capitalize()
    return f"## {title}\n\n{prose}\n\n```mermaid\n{diagram(lifecycle)}\n```\n\nTable: `{source}`\n"
