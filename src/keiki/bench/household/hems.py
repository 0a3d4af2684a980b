"""A household's HEMS: a process of its own that runs the unmodified ``momonga`` on a plugged Wi-SUN module.

It gets its credential as one JSON line on standard input (``{"authentication_id": ..., "password": ...}``), or from the
household's mail and letter; never from arguments, environment or a file of its own. It joins, says how that went, and
then does what lines on standard input ask: ``read``, ``state``, ``close``. Everything it says is one JSON line on
standard output; it ends at ``close`` or when standard input ends.

    {"event": "joined", "seconds": 3.1, "rssi": -71.2}
    {"event": "reading", "power_w": 512, "energy_kwh": 4711.3, "serial_number": "...", "current_r": 2.6, ...}
    {"event": "refused" | "not-found" | "failed" | "lost", "exception": "MomongaSkJoinFailure", "seconds": 3.2}

Exit status: 0 closed after a join, 3 refused, 4 not found, 5 failed otherwise (also: no credential, no town).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from momonga import Momonga, MomongaError, MomongaSkJoinFailure, MomongaSkScanFailure

from keiki.bench.console import ConsoleError, call
from keiki.bench.household.handover import take_password
from keiki.bench.household.post import NotInThePostError, authentication_id_in

CLOSED, REFUSED, NOT_FOUND, FAILED = 0, 3, 4, 5
_REAL_ANSWER_SECONDS = 12.0
_REAL_INTERVAL_SECONDS = 5.0
_REAL_GATE_SECONDS = 300.0


@dataclass(frozen=True)
class HouseholdCredential:
    """What the household holds. It never shows."""

    authentication_id: str = field(repr=False)
    password: str = field(repr=False)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``hems`` takes on its command line; none of it is secret."""
    parser.add_argument("--town", type=Path, required=True, help="the running town's folder")
    parser.add_argument("--supply-point", required=True, help="where the HEMS stands, 22 digits")
    parser.add_argument("--module", type=int, default=1, help="which of the house's modules, from 1")
    parser.add_argument("--credentials-from-mail", metavar="ADDRESS", help="read the password from the newest mail")
    parser.add_argument("--letter", type=Path, metavar="PDF", help="read the authentication ID from this letter")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--wrong-password", action="store_true", help="mistype the password's last character")
    which.add_argument("--previous-password", action="store_true", help="use the mail before the newest")
    parser.add_argument("--scan-retries", type=int, default=2)
    parser.add_argument("--join-retries", type=int, default=1)


def run(asked: argparse.Namespace) -> int:
    """Run a HEMS until it is told to close; return the exit status."""
    logging.getLogger("momonga").setLevel(logging.CRITICAL + 1)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        credential = _credential(asked)
        speed = float(json.loads((asked.town / "town.json").read_text())["speed"])
        where = {"supply_point": asked.supply_point, "module": asked.module}
        device = call(asked.town, "plug_module", powered_by=os.getpid(), **where)
    except (NotInThePostError, ConsoleError) as error:
        return _say(FAILED, "failed", exception=type(error).__name__, why=str(error))
    except (OSError, ValueError, KeyError) as error:
        return _say(FAILED, "failed", exception=type(error).__name__, why="no running town in that folder")
    try:
        return _session(_client(asked, credential, device, speed))
    except KeyboardInterrupt:
        return CLOSED
    finally:
        _take_out(asked)


def _credential(asked: argparse.Namespace) -> HouseholdCredential:
    """Gather the two halves as the household has them."""
    if asked.credentials_from_mail or asked.letter:
        if not (asked.credentials_from_mail and asked.letter):
            raise NotInThePostError("a HEMS needs both: --credentials-from-mail and --letter")
        before = 1 if asked.previous_password else 0
        password = take_password(asked.town, asked.credentials_from_mail, before_newest=before)
        authentication_id = authentication_id_in(asked.letter)
    else:
        authentication_id, password = _typed_in(sys.stdin.readline())
    return HouseholdCredential(authentication_id, _mistype(password) if asked.wrong_password else password)


def _typed_in(line: str) -> tuple[str, str]:
    try:
        given = json.loads(line)
        return str(given["authentication_id"]), str(given["password"])
    except (ValueError, TypeError, KeyError):
        raise NotInThePostError(
            'give {"authentication_id": ..., "password": ...} as the first line of standard input'
        ) from None


def _mistype(password: str) -> str:
    return password[:-1] + ("a" if password[-1] != "a" else "b")


def _client(asked: argparse.Namespace, credential: HouseholdCredential, device: str, speed: float) -> Momonga:
    """Return the client with its public waits shortened as the town's time is: what it waits for comes sooner."""
    hems = Momonga(
        credential.authentication_id,
        credential.password,
        device,
        scan_retries=asked.scan_retries,
        join_retries=asked.join_retries,
    )
    hems.internal_xmit_interval = _REAL_INTERVAL_SECONDS / speed
    hems.recv_timeout = max(2.0, _REAL_ANSWER_SECONDS / speed)
    hems.xmit_timeout = max(5.0, _REAL_GATE_SECONDS / speed)
    hems.xmit_retries = 3
    return hems


def _session(hems: Momonga) -> int:
    """Join, do what standard input asks, close."""
    began = time.monotonic()
    try:
        hems.open()
    except MomongaSkJoinFailure as error:
        return _say(REFUSED, "refused", exception=type(error).__name__, seconds=_since(began))
    except MomongaSkScanFailure as error:
        return _say(NOT_FOUND, "not-found", exception=type(error).__name__, seconds=_since(began))
    except MomongaError as error:
        return _say(FAILED, "failed", exception=type(error).__name__, seconds=_since(began))
    try:
        _say(CLOSED, "joined", seconds=_since(began), rssi=_rounded(hems.rssi))
        _run_commands(hems, sys.stdin)
    finally:
        hems.close()
    return _say(CLOSED, "closed")


def _run_commands(hems: Momonga, lines: Iterable[str]) -> None:
    for line in lines:
        match line.strip():
            case "read":
                _read(hems)
            case "state":
                joined = hems.session_manager.session_established and hems.session_manager.receiver_exception is None
                _say(CLOSED, "state", joined=joined, rssi=_rounded(hems.rssi))
            case "close":
                return
            case other:
                _say(CLOSED, "unknown", command=other[:40], known=["read", "state", "close"])


def _read(hems: Momonga) -> None:
    """Read the meter and say what it said, or that the session is lost."""
    began = time.monotonic()
    try:
        power, energy = hems.get_instantaneous_power(), hems.get_measured_cumulative_energy()
        serial, current = hems.get_serial_number(), hems.get_instantaneous_current()
    except MomongaError as error:
        _say(FAILED, "lost", exception=type(error).__name__, seconds=_since(began))
        return
    _say(
        CLOSED,
        "reading",
        power_w=power,
        energy_kwh=None if energy is None else round(energy, 4),
        serial_number=serial.strip(),
        current_r=_rounded(current["r phase current"]),
        current_t=_rounded(current["t phase current"]),
        seconds=_since(began),
    )


def _take_out(asked: argparse.Namespace) -> None:
    try:
        call(asked.town, "unplug_module", supply_point=asked.supply_point, module=asked.module)
    except ConsoleError:
        return  # the town ended first and took the module with it


def _say(status: int, event: str, **what: Any) -> int:
    """Write one JSON line; return ``status``."""
    sys.stdout.write(json.dumps({"event": event, **what}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return status


def _since(began: float) -> float:
    return round(time.monotonic() - began, 2)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
