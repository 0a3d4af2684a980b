"""A printed sheet in front of a camera: a PDF's page as the picture that a hand-held device takes of it.

200 dpi, held a little askew, lit from one side, with a sensor's grain. The same seed gives the same picture.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pypdfium2
from PIL import Image, ImageChops

from keiki.foundation.text.counted import counted

DPI = 200
_GRAIN = 14.0


def photograph(sheet: Path, picture: Path, *, page: int = 0, seed: int = 1) -> None:
    """Write a PNG picture of a sheet's page. Raises :class:`ValueError` where the sheet is no PDF with that page."""
    random = Random(f"camera {seed}")
    try:
        document = pypdfium2.PdfDocument(sheet)
    except (OSError, pypdfium2.PdfiumError):
        raise ValueError(f"{sheet.name} cannot be opened as a PDF: give the printed work order") from None
    try:
        if not 0 <= page < len(document):
            raise ValueError(f"{sheet.name} has {counted(len(document), 'page')}: there is no page {page + 1}")
        seen = document[page].render(scale=DPI / 72).to_pil().convert("L")
    finally:
        document.close()
    askew = seen.rotate(random.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True, fillcolor=90)
    lit = ImageChops.multiply(askew, _light(askew.size))
    grain = Image.effect_noise(lit.size, _GRAIN)
    Image.blend(lit, ImageChops.add(lit, grain, scale=1.0, offset=-128), 0.5).save(picture)


def _light(size: tuple[int, int]) -> Image.Image:
    """Light that falls from one side: 100 % to about 70 %."""
    slope = Image.linear_gradient("L").rotate(90).resize(size)
    return slope.point(lambda level: 255 - level * 3 // 10)
