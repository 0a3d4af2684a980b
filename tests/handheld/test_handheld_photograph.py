"""Pictures of a sheet as phones and weather make them, at about 8 pixels a millimetre."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from handheld_world import Office, draw_barcode
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from keiki.handheld.photograph import read_photograph
from keiki.handheld.refusals import DeviceRefusal
from keiki.protocols.barcode.text import envelope_to_text
from keiki.protocols.sealing.credential import CredentialContext, seal_credential
from keiki.protocols.sealing.identity import Identity
from keiki.protocols.sealing.message import SealingPurpose


@pytest.fixture(scope="module")
def text() -> str:
    """The text of a real envelope."""
    device, office = Identity.generate("handheld", "HHD-07"), Office()
    context = CredentialContext(
        SealingPurpose.BARCODE, device.card.key_id, "06" + "1" * 20, "CU-0001", 1, 2_000_000_000
    )
    sealed = seal_credential(context, "0" * 32, "Zq7XkT0wLm3B", device.card, office.identity)
    return envelope_to_text(sealed)


def perspective(sheet: Image.Image) -> Image.Image:
    w, h = sheet.size
    corners = (w * 0.06, h * 0.03, 0, h, w, h * 0.94, w * 0.92, 0)
    return sheet.transform((w, h), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=255)


def noise(sheet: Image.Image) -> Image.Image:
    speck = Image.frombytes("L", sheet.size, random.Random(1).randbytes(sheet.width * sheet.height))
    return Image.blend(sheet, speck, 0.35)


def pen_stroke(sheet: Image.Image) -> Image.Image:
    drawn = sheet.copy()
    w, h = sheet.size
    ImageDraw.Draw(drawn).line([(w * 0.3, h * 0.45), (w * 0.7, h * 0.52)], fill=0, width=6)
    return drawn


def dim(sheet: Image.Image) -> Image.Image:
    return sheet.point(lambda v: 40 + v // 12)


def shadow(sheet: Image.Image) -> Image.Image:
    slope = Image.linear_gradient("L").resize(sheet.size).rotate(90)
    return ImageChops.multiply(sheet, slope.point(lambda v: 70 + v * 185 // 255))


def stain(sheet: Image.Image) -> Image.Image:
    drawn = sheet.copy()
    w, h = sheet.size
    ImageDraw.Draw(drawn).ellipse([w * 0.46, h * 0.46, w * 0.54, h * 0.54], fill=150)
    return drawn


def together(sheet: Image.Image) -> Image.Image:
    turned = perspective(sheet).rotate(17, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    return turned.filter(ImageFilter.GaussianBlur(0.8))


READABLE: dict[str, Callable[[Image.Image], Image.Image]] = {
    "straight": lambda s: s,
    "quarter turn": lambda s: s.transpose(Image.Transpose.ROTATE_90),
    "upside down": lambda s: s.transpose(Image.Transpose.ROTATE_180),
    "turned 33 degrees": lambda s: s.rotate(33, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC),
    "mirrored": ImageOps.mirror,
    "inverted": ImageOps.invert,
    "perspective": perspective,
    "blur of 1 pixel": lambda s: s.filter(ImageFilter.GaussianBlur(1)),
    "noise": noise,
    "pen stroke": pen_stroke,
    "dim light": dim,
    "shadow": shadow,
    "stain": stain,
    "colour photograph": lambda s: s.convert("RGB"),
    "perspective, turned and blurred": together,
    "half the resolution": lambda s: s.resize((s.width // 2, s.height // 2), Image.Resampling.BILINEAR),
}


@pytest.mark.parametrize("damage", READABLE.values(), ids=READABLE)
def test_what_a_phone_and_the_weather_do_is_read(
    text: str, damage: Callable[[Image.Image], Image.Image], tmp_path: Path
) -> None:
    path = tmp_path / "sheet.png"
    damage(draw_barcode(text, 4)).save(path)
    assert read_photograph(path) == text


def test_a_jpeg_of_low_quality_is_read(text: str, tmp_path: Path) -> None:
    draw_barcode(text, 4).save(tmp_path / "sheet.jpg", quality=20)
    assert read_photograph(tmp_path / "sheet.jpg") == text


def refusal(picture: Image.Image, tmp_path: Path) -> str:
    picture.save(tmp_path / "sheet.png")
    with pytest.raises(DeviceRefusal) as refused:
        read_photograph(tmp_path / "sheet.png")
    return refused.value.code


def test_a_picture_too_blurred_or_torn_says_that_nothing_can_be_read(text: str, tmp_path: Path) -> None:
    sheet = draw_barcode(text, 4)
    assert refusal(sheet.filter(ImageFilter.GaussianBlur(8)), tmp_path) == "no_barcode"
    w, h = sheet.size
    assert refusal(sheet.crop((0, 0, w // 2, h)), tmp_path) == "no_barcode"
    assert refusal(Image.new("L", (200, 200), 255), tmp_path) == "no_barcode"


def test_another_barcode_is_told_from_none(tmp_path: Path) -> None:
    assert refusal(draw_barcode("https://example.org/", 4), tmp_path) == "foreign_barcode"


def test_the_credential_is_found_beside_another_barcode(text: str, tmp_path: Path) -> None:
    ours = draw_barcode(text, 4)
    code = zxingcpp.create_barcode("WO-2026-000123", zxingcpp.BarcodeFormat.Code128).to_image(scale=2)
    other = Image.fromarray(code)
    page = Image.new("L", (ours.width + other.width + 80, ours.height + 40), 255)
    page.paste(ours, (0, 0))
    page.paste(other, (ours.width + 40, 60))
    page.save(tmp_path / "page.png")
    assert read_photograph(tmp_path / "page.png") == text


def test_two_sheets_in_one_picture_are_refused(text: str, tmp_path: Path) -> None:
    ours = draw_barcode(text, 4)
    page = Image.new("L", (ours.width * 2, ours.height), 255)
    page.paste(ours, (0, 0))
    page.paste(draw_barcode(text[:-3] + "ABC", 4), (ours.width, 0))
    assert refusal(page, tmp_path) == "several_barcodes"


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(20)])
def test_what_is_no_picture_is_refused_as_such(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(content)
    for path in (tmp_path / "x.png", tmp_path / "absent.png", tmp_path):
        with pytest.raises(DeviceRefusal) as refused:
            read_photograph(path)
        assert refused.value.code == "not_a_picture"


def test_a_picture_of_too_many_pixels_is_refused_unread(tmp_path: Path) -> None:
    Image.new("1", (10_000, 6_001)).save(tmp_path / "bomb.png")
    with pytest.raises(DeviceRefusal) as refused:
        read_photograph(tmp_path / "bomb.png")
    assert refused.value.code == "not_a_picture"
