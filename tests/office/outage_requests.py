"""Run as a program: an office whose data folder is ``argv[1]`` answers a few requests; one JSON object says what.

``argv[2]``: what happens to the office before: ``nothing``, ``away`` (its database cannot be opened) or ``full`` (its
disk has no room left).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from keiki.office.config.start import start

LOG_IN = {"login": "designer", "password": "nobody knows this one"}


def main(folder: Path, happening: str) -> None:
    """Answer the requests."""
    start(folder)
    from django.test import Client

    database = folder / "office.sqlite3"
    if happening == "away":
        database.unlink()
        database.mkdir()
    elif happening == "full":
        fill(folder / "filler")
    client = Client(raise_request_exception=False, headers={"accept-language": "en", "host": "localhost"})
    answers = {
        "alive": client.get("/alive"),
        "ready": client.get("/readyz"),
        "screen": client.post("/accounts/log-in/", LOG_IN),
        "api": client.get("/api/v1/designs", headers={"authorization": f"Bearer keiki_1_{'0' * 64}"}),
    }
    told = {
        name: {
            "status": each.status_code,
            "retry": each.headers.get("Retry-After"),
            "type": each.headers.get("Content-Type", ""),
            "text": each.content.decode(),
        }
        for name, each in answers.items()
    }
    sys.stdout.write(json.dumps(told))


def fill(file: Path) -> None:
    """Write until there is no room left."""
    with file.open("wb", buffering=0) as filler:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    filler.write(bytes(size))
            except OSError:
                continue


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
