"""Paper: Typst with the two Noto CJK fonts, embedded; the same input gives the same bytes.

Nothing of the system's fonts is used, so a sheet looks the same on every machine and has every character of real names
and addresses. What goes on a sheet is handed over as JSON, never as Typst source: a customer's name is no program.

Typst keeps the work of the last ten documents of a process, whatever their size: ten times fifty work orders took
800 MB. So a process sets one document at a time, and makes Typst forget it right after.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import typst
import zxingcpp

_FONTS = [str(files(package)) for package in ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold")]
_WEEKDAYS = "月火水木金土日"
_PRESS = Lock()
_DOCUMENTS_KEPT = 10
"""So many documents later Typst drops what it kept of one."""


@dataclass(frozen=True)
class Letterhead:
    """Who the office is, on its papers, and the time zone its days are in."""

    name: str
    phone: str
    zone: ZoneInfo

    def day(self, moment: datetime) -> str:
        """Return a day as Japanese papers write it."""
        local = moment.astimezone(self.zone)
        return f"{local.year}年{local.month}月{local.day}日({_WEEKDAYS[local.weekday()]})"

    def minute(self, moment: datetime) -> str:
        """Return a day with its time."""
        return f"{self.day(moment)} {moment.astimezone(self.zone):%H:%M}"


def typeset(template: Path, content: Mapping[str, Any]) -> bytes:
    """Return the PDF that ``template`` makes of ``content``. No time of making is in it."""
    with _PRESS:
        try:
            made = typst.compile(
                str(template),
                None,
                font_paths=_fonts(),
                format="pdf",
                sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
                timestamp=0,
                pdf_tags=False,
            )
        finally:
            _forget()
    return bytes(made)


def _forget() -> None:
    """Set so many empty documents (1 ms each) that Typst drops what it kept: there is no other way to tell it."""
    for _ in range(_DOCUMENTS_KEPT + 1):
        typst.compile(b"", None, font_paths=_fonts(), format="svg")


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts, read once for all sheets of a process: each sheet with its own copy took 60 MB more."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=_FONTS)


def qr_symbol(text: str) -> tuple[str, int]:
    """Return a QR symbol (error correction level M) as SVG without quiet zone, and its size in modules."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    size = zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=False).shape[0]
    return str(symbol.to_svg(add_quiet_zones=False)), int(size)
