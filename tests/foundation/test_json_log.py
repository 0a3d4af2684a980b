"""A log that cannot be written is no reason to end: the disk that is full is often its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LOGS = """
import sys, structlog
from {module} import {configure}
{configure}({given})
for number in range(2000):
    structlog.get_logger().warning("no room", number=number)
sys.stdout.write("it goes on")
"""


@pytest.mark.parametrize(
    ("module", "configure", "given"),
    [("keiki.foundation.program.json_log", "log_as_json", ""), ("keiki.handheld.log", "configure", "shown=True")],
)
def test_a_process_goes_on_where_its_log_finds_no_room(module: str, configure: str, given: str) -> None:
    program = [sys.executable, "-c", LOGS.format(module=module, configure=configure, given=given)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(program, stdout=subprocess.PIPE, stderr=full, text=True, check=False)
    assert done.stdout == "it goes on"
