"""The letter with the authentication ID: a PDF for the mailing room, which prints, folds and posts it.

The letter says that the password comes apart from it, and nothing from which the password could be had.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from keiki.domain.supply_point import SupplyPoint
from keiki.foundation.files.drafts import write_whole
from keiki.office.audit.services import Act
from keiki.office.credentials.services import authentication_id_for
from keiki.office.credentials.vault import Vault, VaultError
from keiki.office.paper import Letterhead, typeset

from .models import Delivery
from .services import CustomerOf, NotAccepted, customer_of

SHOWN = ("name", "postcode", "address")
TEMPLATE = Path(__file__).with_name("letter.typ")


@dataclass(frozen=True)
class LetterPost:
    """Hands letters to the mailing room's folder, each complete or not at all, readable by its owner only."""

    folder: Path
    customer: CustomerOf
    head: Letterhead

    def send(self, act: Act, vault: Vault, delivery: Delivery) -> None:
        """Write the letter into the folder."""
        point = SupplyPoint(delivery.credential.supply_point)
        contact = customer_of(self.customer, act, delivery, "letter", SHOWN)
        try:
            authentication_id = authentication_id_for(act, vault, delivery.credential, "letter").reveal()
        except VaultError as error:
            raise NotAccepted(*error.sentence) from None
        content = {
            "name": contact.name,
            "postcode": contact.postcode,
            "address": contact.address,
            "office": {"name": self.head.name, "phone": self.head.phone},
            "date": self.head.day(act.at),
            "supply_point": str(point),
            "id": [authentication_id[at : at + 4] for at in range(0, 32, 4)],
        }
        self._hand_over(file_name(delivery), typeset(TEMPLATE, content))

    def _hand_over(self, name: str, pdf: bytes) -> None:
        draft = self.folder / f".{name}.new"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self.folder / name, pdf, draft=draft)
        except OSError as error:
            raise NotAccepted(
                f"発送担当のフォルダーに書面を置けません({error.strerror})。フォルダーの権限と空きを確かめてください",
                f"the mailing room's folder takes no letter ({error.strerror}): check its permissions and space",
            ) from None


def file_name(delivery: Delivery) -> str:
    """The letter's name in the mailing room's folder: the same again where a letter is written again."""
    return f"letter-{delivery.credential.supply_point}-{delivery.credential.generation}.pdf"
