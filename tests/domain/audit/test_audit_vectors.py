"""Every vector of the audit is found for what it is, where it is, and nothing else is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from keiki.domain.audit.event import ChainLink, UnreadableEvent
from keiki.domain.audit.lines import BadLine
from keiki.domain.audit.series import marks_of, read_series
from keiki.domain.audit.verification import verify

FOLDER = Path(__file__).parents[3] / "vectors" / "audit"
VECTORS = sorted(FOLDER.glob("*.json"))


def link(line: str) -> ChainLink | UnreadableEvent:
    try:
        return ChainLink.from_line(line)
    except BadLine as error:
        return UnreadableEvent(None, str(error))


@pytest.mark.parametrize("file", VECTORS, ids=lambda file: file.stem)
def test_a_vector_is_found_for_what_it_is(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(case["card"]["signing_key"]))

    def is_signed(key_id: str, data: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, data)
        except InvalidSignature:
            return False
        return key_id == case["card"]["key_id"]

    series = read_series("the vector", case["checkpoints"], is_signed)
    verdict = verify(map(link, case["events"]), marks_of([series]))
    found = [
        {"damage": each.damage.value, "first": each.first, "last": each.last}
        for each in (*verdict.findings, *series.findings)
    ]
    assert found == case["expect"]
    assert verdict.intact == all(each.is_note for each in verdict.findings)


def test_there_are_vectors_and_the_second_implementation_still_makes_them() -> None:
    assert len(VECTORS) >= 27
    done = subprocess.run(
        [sys.executable, FOLDER / "make.py", "--check"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "")
