"""Makes the vector files, or with ``--check`` says which of them are not as they would be made.

    python vectors/make.py [--check]

Everything is derived from the cases, so the same files come out every time. A published vector is not edited: a changed
format is a new version with new files beside the old ones.
"""

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from maker import barcode, cards, credential, relay
from maker.frame import KEYS, TestKey

HERE = Path(__file__).parent


def identity_file(key: TestKey) -> str:
    """Return an identity file (``docs/formats.md`` section 2)."""
    card = {
        "format": "keiki-identity-card",
        "version": 1,
        "zone": key.zone,
        "name": key.name,
        "sealing_key": key.sealing_public.hex(),
        "signing_key": key.signing_public.hex(),
        "key_id": key.key_id.hex(),
    }
    body = base64.encodebytes((json.dumps(card, indent=2) + "\n").encode()).decode()
    blocks = [f"-----BEGIN KEIKI IDENTITY CARD-----\n{body}-----END KEIKI IDENTITY CARD-----\n"]
    for private in (key.sealing, key.signing):
        blocks.append(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    return "".join(blocks)


def files() -> Iterator[tuple[Path, str]]:
    """Return every file with its content."""
    for key in KEYS:
        yield HERE / "keys" / f"{key.name}.pem", identity_file(key)
    for case in (*credential.cases(), *barcode.cases(), *relay.cases(), *cards.cases()):
        yield HERE / f"{case.path}.txt", case.to_text()


def differing() -> list[str]:
    """Return the files that are missing, differ, or belong to no case."""
    made = dict(files())
    folders = ("keys", "credential", "barcode", "relay", "identity")
    there = {path for folder in folders for path in (HERE / folder).iterdir()}
    wrong = {path for path, text in made.items() if path not in there or path.read_text("utf-8") != text}
    return sorted(str(path.relative_to(HERE)) for path in wrong | (there - made.keys()))


def main() -> int:
    """Write what is missing, or check."""
    if "--check" in sys.argv[1:]:
        for name in differing():
            print(f"{name}: not as made")  # noqa: T201
        return bool(differing())
    for path, text in files():
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
