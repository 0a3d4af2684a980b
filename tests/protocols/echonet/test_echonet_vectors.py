"""Every file of ``vectors/echonet``: read as it says, or refused by the layer it names."""

from pathlib import Path

import pytest

from keiki.protocols.echonet.frame import Esv, Frame, MalformedFrame, MalformedProperty, Property
from keiki.protocols.echonet.meter_class import decode_property, encode_property

FILES = sorted((Path(__file__).parents[3] / "vectors" / "echonet").glob("*.txt"))


def load(file: Path) -> tuple[dict[str, str], bytes]:
    head, _, body = file.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(":", 1) for line in head.splitlines())
    return {name: value.strip() for name, value in fields.items()}, bytes.fromhex(body)


def properties(text: str) -> tuple[Property, ...]:
    pairs = (word.partition("=") for word in text.split())
    return tuple(Property(int(epc, 16), bytes.fromhex(edt)) for epc, _, edt in pairs)


def spoken(value: object) -> str:
    return " ".join(f"{code:02x}" for code in sorted(value)) if isinstance(value, frozenset) else str(value)


def test_there_are_vectors() -> None:
    assert len(FILES) > 20


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_vector(file: Path) -> None:
    said, data = load(file)
    layer, _, epc = said["layer"].partition(" ")
    if said["verdict"] == "refuse":
        with pytest.raises(MalformedFrame if layer == "frame" else MalformedProperty):
            Frame.parse(data) if layer == "frame" else decode_property(int(epc, 16), data)
    elif layer == "frame":
        frame = Frame.parse(data)
        assert (frame.esv, frame.tid) == (Esv[said["esv"]], int(said["tid"]))
        assert frame.properties == properties(said["properties"])
        assert frame.second == properties(said.get("second", ""))
        assert bytes(frame) == data
    else:
        value = decode_property(int(epc, 16), data)
        assert spoken(value) == said["value"]
        assert encode_property(int(epc, 16), value) == data  # type: ignore[arg-type]
