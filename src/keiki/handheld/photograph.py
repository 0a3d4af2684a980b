"""The barcode in a photograph: what a camera saw, as text.

The reader itself turns, inverts and straightens. A picture it finds nothing in is offered again with more contrast,
sharpened, and twice as large, which brings back what dim light and a shaking hand took.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from keiki.handheld.refusals import DeviceRefusal

MAX_PIXELS = 60_000_000
PREFIX = "KEIKI"


def read_photograph(path: Path) -> str:
    """Return the text of the one credential barcode in a PNG or JPEG picture.

    Raises :class:`DeviceRefusal`: ``not_a_picture``, ``no_barcode``, ``foreign_barcode`` or ``several_barcodes``.
    """
    foreign = False
    for view in _views(_load(path)):
        texts = {found.text for found in zxingcpp.read_barcodes(view, text_mode=zxingcpp.TextMode.Plain) if found.valid}
        credentials = {text for text in texts if text.startswith(PREFIX)}
        if len(credentials) > 1:
            raise DeviceRefusal("several_barcodes")
        if credentials:
            return credentials.pop()
        foreign = foreign or bool(texts)
    raise DeviceRefusal("foreign_barcode" if foreign else "no_barcode")


def erase_photograph(path: Path) -> None:
    """Overwrite and remove a picture whose barcode was taken: it is a copy of the sealed envelope.

    Flash storage may keep what was overwritten; an encrypted disk is what protects it there. A picture that cannot be
    removed raises :class:`DeviceRefusal`, ``picture_not_erased``.
    """
    try:
        with path.open("r+b") as picture:
            picture.write(bytes(path.stat().st_size))
            picture.flush()
            os.fsync(picture.fileno())
        path.unlink()
    except OSError:
        raise DeviceRefusal("picture_not_erased") from None


def _load(path: Path) -> Image.Image:
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise DeviceRefusal("not_a_picture")
            return picture.convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DeviceRefusal("not_a_picture") from None


def _views(picture: Image.Image) -> Iterator[Image.Image]:
    yield picture
    clear = ImageOps.autocontrast(picture, cutoff=1)
    yield clear
    yield clear.filter(ImageFilter.UnsharpMask(radius=2, percent=250, threshold=0))
    if clear.width * clear.height * 4 <= MAX_PIXELS:
        large = clear.resize((clear.width * 2, clear.height * 2), Image.Resampling.BICUBIC)
        yield large
        yield large.filter(ImageFilter.UnsharpMask(radius=4, percent=300, threshold=0))
        yield large.filter(ImageFilter.MedianFilter(5))
