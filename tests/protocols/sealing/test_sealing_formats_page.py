"""The page ``docs/formats.md`` says what the code does: its example, its codes, its fields."""

import re
from pathlib import Path

from keiki.protocols.barcode.text import envelope_to_text
from keiki.protocols.sealing import errors, fields
from keiki.protocols.sealing.message import ROUTES, SealingPurpose

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "formats.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table after a heading, as cells."""
    table = re.search(r"(?:^\|.*\n)+", PAGE.partition(heading)[2], re.MULTILINE)[0]
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()[2:]]


def test_the_example_is_a_vector():
    section = PAGE.partition("## 7. An example")[2]
    example = bytes.fromhex("".join(re.findall(r"^    ([0-9a-f]+)", section, re.MULTILINE)))
    vector = (ROOT / "vectors" / "credential" / "opened-barcode.txt").read_text("utf-8").partition("\n\n")[2]
    assert example == bytes.fromhex(vector)
    assert f"Its {len(example)} bytes make a barcode text of {len(envelope_to_text(example))} characters" in section


def test_the_table_of_purposes_is_the_codes():
    for name, code, sender, recipient, keys in rows("The header's fields are, by purpose:"):
        route = ROUTES[SealingPurpose(int(code))]
        assert (route.sender, route.recipient) == (sender, recipient), name
        assert route.fields == {int(key) for key in keys.split(",")}, name


def test_the_order_of_checks_names_errors_that_exist():
    named = {row[2] for row in rows("### The order of checks")}
    assert all(issubclass(getattr(errors, name), errors.SealingError) for name in named)


def test_each_limit_on_the_page_is_the_limit():
    assert "1 to 2^40 - 1" in PAGE
    assert fields.MAX_TIME == 2**40 - 1
    assert "1 to 2^32 - 1" in PAGE
    assert fields.MAX_GENERATION == 2**32 - 1
