"""A whole town in this process, turning in a thread, with a household that can receive mail and run a HEMS."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import typst
from household_home import AUTHENTICATION_ID, Home

from keiki.bench.settings import TownSettings
from keiki.bench.wiring import Town


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    town = Town(TownSettings(tmp_path, speed=100.0, session_seconds=900))
    asyncio.run_coroutine_threadsafe(town.start(), loop).result()
    home = Home(tmp_path, town)
    yield home
    home.clear()
    asyncio.run_coroutine_threadsafe(town.stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A letter as the utility prints it, with the ID in fours."""
    grouped = " ".join(AUTHENTICATION_ID[at : at + 4] for at in range(0, 32, 4))
    path = tmp_path / "letter.pdf"
    source = tmp_path / "letter.typ"
    source.write_text(f"Route B authentication ID\n\n#text(size: 14pt)[{grouped}]\n\nTel 0800-777-8810\n")
    typst.compile(str(source), output=str(path))
    return path
