"""A device, an office that seals for it, and a meter of the bench on a pseudo-terminal."""

from __future__ import annotations

import os
import threading
import tty
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import zxingcpp
from PIL import Image

from keiki.bench.meters.clock import JST
from keiki.bench.meters.meter import Meter
from keiki.bench.meters.port import answer
from keiki.bench.town.draw import draw_town
from keiki.handheld.wiring import Device
from keiki.protocols.barcode.text import envelope_to_text
from keiki.protocols.meter_port.codec import decode, encode
from keiki.protocols.meter_port.framing import FrameReader, frame
from keiki.protocols.meter_port.messages import Request
from keiki.protocols.sealing.credential import CredentialContext, seal_credential
from keiki.protocols.sealing.identity import Identity, IdentityCard
from keiki.protocols.sealing.message import SealingPurpose

AUTHENTICATION_ID = "00C3D4E5F60718293A4B5C6D7E8F9A0B"
PASSWORD = "Zq7XkT0wLm3B"
NOW = int(datetime(2026, 11, 23, 9, 0, tzinfo=JST).timestamp())
TOWN = draw_town(1)


class PtyMeter:
    """A meter of the bench behind a pseudo-terminal. It can fall silent at its nth request from now.

    ``patience`` is how many seconds a device of the tests waits for its replies: short while it is silent.
    """

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self.asked: list[str] = []
        self.patience = 3.0
        self.stalled = threading.Event()
        self._stall: tuple[int, Literal["before", "after"]] | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def fall_silent(self, at: int, when: Literal["before", "after"]) -> None:
        """Say nothing from the ``at``-th request on (from 1), which still takes effect if ``when`` is after."""
        self.stalled.clear()
        self.asked.clear()
        self.patience = 0.05
        self._stall = (at, when)

    def answer_again(self) -> None:
        self._stall = None
        self.patience = 3.0
        self.asked.clear()

    def close(self) -> None:
        os.close(self._slave)
        self._thread.join(5)
        os.close(self._master)

    def _serve(self) -> None:
        reader = FrameReader()
        while True:
            try:
                data = os.read(self._master, 4096)
            except OSError:
                return
            for body in reader.feed(data):
                self._take(body)

    def _take(self, body: bytes) -> None:
        asked = decode(body)
        assert isinstance(asked.message, Request)
        self.asked.append(type(asked.message).__name__)
        silent = self._stall is not None and len(self.asked) >= self._stall[0]
        if silent:
            if len(self.asked) == self._stall[0] and self._stall[1] == "after":
                answer(self.meter, asked)
            self.stalled.set()
            return
        reply = answer(self.meter, asked)
        if reply is not None:
            os.write(self._master, frame(encode(reply)))


@dataclass
class Office:
    """The office of the tests: it seals, and knows which devices it seals for."""

    identity: Identity = field(default_factory=lambda: Identity.generate("office", "OSAKA-1"))

    def envelope(self, meter: Meter, device: IdentityCard, **changes: object) -> bytes:
        """Seal the test's credential for a meter and a device; ``changes`` replace parts of the context."""
        context = {
            "purpose": SealingPurpose.BARCODE,
            "recipient": device.key_id,
            "supply_point": meter.supply_point,
            "communication_unit": meter.units.communication_serial,
            "generation": 1,
            "expires": NOW + 86400 * 365 * 50,
        } | changes
        return seal_credential(CredentialContext(**context), AUTHENTICATION_ID, PASSWORD, device, self.identity)

    def sheet(self, meter: Meter, device: IdentityCard, **changes: object) -> str:
        return envelope_to_text(self.envelope(meter, device, **changes))


@dataclass
class Hand:
    """A device in this process, whose clock the test holds."""

    device: Device
    now: list[int]

    @property
    def card(self) -> IdentityCard:
        return self.device.identity.card

    def wait(self, time: timedelta) -> None:
        self.now[0] += int(time.total_seconds())


def draw_barcode(text: str, scale: int = 4) -> Image.Image:
    """A QR symbol of level M with a quiet zone, one module ``scale`` pixels, on a sheet of paper."""
    options = {"ec_level": "M"}
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, **options).to_image(scale=scale)
    picture = Image.fromarray(symbol)
    sheet = Image.new("L", (picture.width + 24 * scale, picture.height + 24 * scale), 255)
    sheet.paste(picture, (12 * scale, 12 * scale))
    return sheet
