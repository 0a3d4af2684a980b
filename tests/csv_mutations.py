"""Seeded mutations of good files: of the bytes of any, and in CSV of cells, of lines, of the end."""

from __future__ import annotations

import random

from file_mutations import changed

TOKENS = (
    '"',
    '""',
    ",",
    ",,",
    "\r",
    "\r\n",
    "\n",
    "\n\n",
    "\0",
    "\x1a",
    "\ufeff",
    "=",
    "'",
    "\u200b",
    "ー",
    "〜",
    "\t",
    " ",
)
CELLS = (
    "",
    "有",
    "1",
    "0",
    "1.0",
    "１",
    "TRUE",
    "false",
    "nan",
    "inf",
    "1e9",
    "9" * 30,
    "rf-w1",
    "'RF-W1",
    "RFーW1",
    "?",
)
BYTES = (b"\xff", b"\x81", b"\x83\\", b"\xe3\x81", b"\xed\xa0\x80", b"\xc0\x80", "表".encode("cp932"))


def mutate(good: bytes, dice: random.Random) -> bytes:
    """Return the file with one to three mutations: of bytes, of cells, of lines, of its end."""
    if good.startswith(b"PAR1"):
        return changed(good, dice)
    content = good
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        content = dice.choice((_of_bytes, _of_bytes, _of_cells, _of_cells, _of_lines, _of_the_end))(content, dice)
    return content


def _of_bytes(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content) + 1)
    put = dice.choice((dice.choice(TOKENS).encode(), dice.choice(BYTES), bytes([dice.randrange(256)]), b""))
    return content[:place] + put + content[place + dice.choice((0, 0, 1, 2)) :]


def _of_cells(content: bytes, dice: random.Random) -> bytes:
    lines = content.split(b"\n")
    number = dice.randrange(len(lines))
    cells = lines[number].split(b",")
    place = dice.randrange(len(cells))
    how = dice.randrange(5)
    if how == 0:
        cells[place] = dice.choice(CELLS).encode()
    elif how == 1:
        cells[place] = b'"' + cells[place] + dice.choice((b'"', b"", b'"x'))
    elif how == 2:
        cells.insert(place, b"")
    elif how == 3:
        del cells[place]
    else:
        other = dice.randrange(len(cells))
        cells[place], cells[other] = cells[other], cells[place]
    lines[number] = b",".join(cells)
    return b"\n".join(lines)


def _of_lines(content: bytes, dice: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
    how = dice.randrange(4)
    if how == 0:
        lines.insert(second, lines[first])
    elif how == 1:
        del lines[first]
    elif how == 2:
        lines[first], lines[second] = lines[second], lines[first]
    else:
        lines[first] = lines[first].rstrip(b"\r\n")
    return b"".join(lines)


def _of_the_end(content: bytes, dice: random.Random) -> bytes:
    return dice.choice(
        (content[: dice.randrange(len(content) + 1)], content.replace(b"\n", b"\r\n"), content + b"\x1a")
    )
