"""A card whose keys are none is neither enrolled nor sealed to, by no command, no screen and no request."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keiki.office.audit.services import Act
from keiki.office.commands.office import enrol
from keiki.office.config.folder import DataFolder
from keiki.office.config.wiring import OfficeServices
from keiki.office.keys import requests
from keiki.office.keys.models import EnrolledDevice, KeyRequest
from keiki.protocols.sealing.errors import BadIdentity

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parents[2] / "vectors" / "identity"
UNSOUND = [path for zone in ("control", "handheld") for path in sorted(FOLDER.glob(f"s*-{zone}.txt"))]


@pytest.mark.parametrize("path", UNSOUND, ids=lambda path: path.stem)
def test_a_card_with_a_key_that_is_none_is_not_enrolled(tmp_path: Path, path: Path) -> None:
    card = bytes.fromhex(path.read_text().partition("\n\n")[2]).decode()
    role = path.stem.rpartition("-")[2]
    (tmp_path / "card.json").write_text(card)
    with pytest.raises(BadIdentity, match="do not enrol or use this card"):
        enrol(
            OfficeServices(DataFolder(tmp_path)),
            Namespace(card=tmp_path / "card.json", role=role, because="", by="佐藤"),
        )
    with pytest.raises(BadIdentity, match="do not enrol or use this card"):
        requests.ask_to_enrol(Act("佐藤", datetime.now(UTC)), card, role, "new")
    assert not EnrolledDevice.objects.exists()
    assert not KeyRequest.objects.exists()
