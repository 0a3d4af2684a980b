"""A second EAP-PSK (RFC 4764), down to its own AES, which shares no line with ``src/keiki`` and no library either.

python vectors/maker/eap_psk.py > vectors/eap-psk/exchange.json
"""

import hashlib
import json
import sys
from itertools import chain

BLOCK = 16


def _double(value: int, bits: int, polynomial: int) -> int:
    value <<= 1
    return value ^ polynomial if value >> bits else value


def _sbox() -> list[int]:
    logs, power, box = {}, 1, [0x63] * 256
    powers = []
    for exponent in range(255):
        logs[power] = exponent
        powers.append(power)
        power ^= _double(power, 8, 0x11B)
    for value in range(1, 256):
        inverse = powers[(255 - logs[value]) % 255]
        box[value] = 0x63
        for turn in range(5):
            box[value] ^= ((inverse << turn) | (inverse >> (8 - turn))) & 0xFF
    return box


SBOX = _sbox()


def aes(key: bytes, block: bytes) -> bytes:
    """AES-128 of one block (FIPS 197), byte by byte."""
    words = [list(key[n : n + 4]) for n in range(0, 16, 4)]
    constant = 1
    for n in range(4, 44):
        word = words[-1]
        if n % 4 == 0:
            word = [SBOX[word[1]] ^ constant, SBOX[word[2]], SBOX[word[3]], SBOX[word[0]]]
            constant = _double(constant, 8, 0x11B)
        words.append([a ^ b for a, b in zip(words[n - 4], word, strict=True)])
    state = [b ^ k for b, k in zip(block, chain(*words[:4]), strict=True)]
    for turn in range(1, 11):
        state = [SBOX[state[(n + 4 * (n % 4)) % 16]] for n in range(16)]
        if turn < 10:
            mixed = []
            for column in (state[n : n + 4] for n in range(0, 16, 4)):
                total = column[0] ^ column[1] ^ column[2] ^ column[3]
                mixed += [c ^ total ^ _double(c ^ column[(n + 1) % 4], 8, 0x11B) for n, c in enumerate(column)]
            state = mixed
        state = [s ^ k for s, k in zip(state, chain(*words[4 * turn : 4 * turn + 4]), strict=True)]
    return bytes(state)


def xor(*parts: bytes) -> bytes:
    """Exclusive or of blocks of one length."""
    out = bytes(len(parts[0]))
    for part in parts:
        out = bytes(a ^ b for a, b in zip(out, part, strict=True))
    return out


def omac(key: bytes, data: bytes) -> bytes:
    """CMAC (NIST SP 800-38B)."""
    once = _double(int.from_bytes(aes(key, bytes(BLOCK)), "big"), 128, (1 << 128) | 0x87)
    twice = _double(once, 128, (1 << 128) | 0x87)
    full = len(data) > 0 and len(data) % BLOCK == 0
    padded = data if full else data + b"\x80" + bytes(-(len(data) + 1) % BLOCK)
    last = xor(padded[-BLOCK:], (once if full else twice).to_bytes(BLOCK, "big"))
    state = bytes(BLOCK)
    for at in range(0, len(padded) - BLOCK, BLOCK):
        state = aes(key, xor(state, padded[at : at + BLOCK]))
    return aes(key, xor(state, last))


def protected(tek: bytes, count: int, header: bytes) -> bytes:
    """PCHANNEL that says success: nonce, tag, one encrypted byte (section 3.3)."""
    nonce = count.to_bytes(BLOCK, "big")
    n, h = (omac(tek, bytes(15) + bytes([t]) + d) for t, d in ((0, nonce), (1, header)))
    cipher = bytes([0x80 ^ aes(tek, n)[0]])
    return nonce[-4:] + xor(n, h, omac(tek, bytes(15) + b"\x02" + cipher)) + cipher


def counted(key: bytes, block: bytes, count: int) -> bytes:
    """One output of the modified counter mode (section 3.1)."""
    return aes(key, xor(aes(key, block), count.to_bytes(BLOCK, "big")))


def exchange(authentication_id: str, password: str, rand_s: bytes, rand_p: bytes) -> dict[str, str]:
    """One whole exchange on route B, every value in hexadecimal."""
    psk = hashlib.sha256((authentication_id + password).encode()).digest()[16:]
    id_s, id_p = b"SM" + authentication_id.encode(), b"HEMS" + authentication_id.encode()
    ak, kdk = counted(psk, bytes(BLOCK), 1), counted(psk, bytes(BLOCK), 2)
    tek, *rest = (counted(kdk, rand_p, n) for n in range(1, 10))

    def message(code: int, identifier: int, which: int, body: bytes) -> bytes:
        return bytes([code, identifier]) + (6 + len(body)).to_bytes(2, "big") + bytes([47, which << 6]) + body

    third_head = message(1, 2, 2, rand_s + bytes(37))[:22]
    fourth_head = message(2, 2, 3, rand_s + bytes(21))[:22]
    found = {
        "psk": psk, "ak": ak, "kdk": kdk, "tek": tek, "msk": b"".join(rest[:4]), "emsk": b"".join(rest[4:]),
        "rand_s": rand_s, "rand_p": rand_p,
        "first": message(1, 1, 0, rand_s + id_s),
        "second": message(2, 1, 1, rand_s + rand_p + omac(ak, id_p + id_s + rand_s + rand_p) + id_p),
        "third": third_head + omac(ak, id_s + rand_p) + protected(tek, 0, third_head),
        "fourth": fourth_head + protected(tek, 1, fourth_head),
        "success": bytes([3, 2, 0, 4]),
    }  # fmt: skip
    return {"authentication_id": authentication_id, "password": password, **{n: v.hex() for n, v in found.items()}}


if __name__ == "__main__":
    if aes(bytes(range(16)), bytes(n * 17 for n in range(16))).hex() != "69c4e0d86a7b0430d8cdb78070b4c55a":
        sys.exit("this AES is none: FIPS 197's example does not come out")
    made = exchange("00112233445566778899AABBCCDDEEFF", "Abcdef123456", bytes(range(16)), bytes(range(0xF0, 0x100)))
    about = (
        "A whole EAP-PSK exchange on route B, made by vectors/maker/eap_psk.py; key and names as ADR 0401 reads them"
    )
    json.dump({"about": about, **made}, sys.stdout, indent=2)
    sys.stdout.write("\n")
