"""Run by a test in a process of its own: print how many MB a process grows by setting large documents."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from keiki.office.paper import typeset


def resident() -> float:
    """The resident memory of this process, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def main() -> None:
    """Set documents of paragraphs that no other has, and print what was added after the second one."""
    template, settled = Path(sys.argv[1]), 0.0
    template.write_text("#for line in json(bytes(sys.inputs.content)).lines [#line #parbreak()]")
    for number in range(10):
        typeset(template, {"lines": [secrets.token_hex(40) for _ in range(1500)]})
        settled = resident() if number == 1 else settled
    sys.stdout.write(f"{resident() - settled:.0f}\n")


if __name__ == "__main__":
    main()
