"""A good file with a few bytes changed, from a seed: what happens to files on their way."""

from __future__ import annotations

import random


def changed(content: bytes, dice: random.Random) -> bytes:
    """Flip a bit, write another byte, lose or repeat some, or cut the file off; one to five times."""
    raw = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        at = dice.randrange(len(raw))
        act = dice.randrange(6)
        if act == 0:
            raw[at] ^= 1 << dice.randrange(8)
        elif act == 1:
            raw[at] = dice.choice(b'",\r\n\x00\xff\x1a \x80A0')
        elif act == 2:
            del raw[at : at + dice.choice((1, 2, 30))]
        elif act == 3:
            raw[at:at] = bytes([dice.choice(b'",\r\n\x00\xff9')])
        elif act == 4:
            raw[at:at] = raw[at : at + dice.choice((5, 50))]
        else:
            del raw[at:]
        if not raw:
            break
    return bytes(raw)
