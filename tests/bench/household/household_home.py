"""A house of a running town, the people in it, and their HEMS process."""

from __future__ import annotations

import json
import smtplib
import ssl
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from keiki.bench.town.draw import case
from keiki.bench.wiring import Town
from keiki.protocols.meter_port.messages import Accepted, WriteCredential

AUTHENTICATION_ID = "89ABCDEF0123456789ABCDEF01234567"
ADDRESS = "hanako@example.jp"


class Hems:
    """A HEMS process with its lines."""

    def __init__(self, arguments: list[str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "keiki.bench", "hems", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.said: list[str] = []

    def ask(self, line: str) -> dict[str, Any]:
        """Write a line and return what is said next."""
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.hear()

    def hear(self) -> dict[str, Any]:
        """Return what is said next."""
        assert self.process.stdout
        self.said.append(self.process.stdout.readline())
        heard: dict[str, Any] = json.loads(self.said[-1])
        return heard

    def end(self) -> tuple[int, str]:
        """Wait for the end; return the status and everything else that was written."""
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, "".join(self.said) + out + err


class Home:
    """The house of the case ``already_wireless`` and the people in it."""

    def __init__(self, folder: Path, town: Town) -> None:
        self.folder, self.town = folder, town
        self.supply_point = case(town.places, "already_wireless").supply_point
        self.meter = town.walls[self.supply_point]
        self._generation = 0
        self._started: list[Hems] = []

    def write(self, password: str) -> None:
        """Let the meter hold the household's ID and this password."""
        self._generation += 1
        request = WriteCredential(self._generation, AUTHENTICATION_ID, password)
        assert isinstance(self.meter.communication.write(request), Accepted)

    def receive(self, password: str, *, tls: bool = True) -> None:
        """Send the household the e-mail with its password."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "keiki@utility.example.jp", ADDRESS, "Bルートのパスワード"
        mail.set_content(f"お客さまのパスワードをお知らせします。\n\nパスワード: {password}\n\n認証IDは郵送します。\n")
        with smtplib.SMTP("127.0.0.1", self.town.mailbox.port) as server:
            if tls:
                server.starttls(context=ssl.create_default_context(cafile=self.folder / "mail-certificate.pem"))
            server.send_message(mail)

    def hems(self, *arguments: str) -> Hems:
        """Start the household's HEMS process."""
        self._started.append(Hems(["--town", str(self.folder), "--supply-point", self.supply_point, *arguments]))
        return self._started[-1]

    def clear(self) -> None:
        """End every HEMS that a test left running."""
        for hems in self._started:
            if hems.process.returncode is None:
                hems.process.kill()
                hems.end()
