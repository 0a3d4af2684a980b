"""What happens to the customers of a place in the customer information system: they move out and in, and are put right.

Each step is one change in the owner's own tables; nobody tells the office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from office_cast import Cast

from keiki.bench.servers.customer import NEVER
from keiki.bench.servers.writing import hyphenated
from keiki.bench.town.place import Place

NEXT_CONTRACT = "K-NEXT"


@dataclass(frozen=True)
class Customers:
    """The contracts of one place. The next tenant is ``tenant``'s customer, a real one of another place."""

    cast: Cast
    place: Place
    tenant: Place

    @classmethod
    def of(cls, cast: Cast, name: str = "already_wireless", tenant: str = "plain") -> Customers:
        return cls(cast, cast.place(name), cast.place(tenant))

    @property
    def first_contract(self) -> str:
        ((number,),) = self._rows("SELECT KEIYAKU_NO FROM KEIYAKU_M WHERE KYOKYU_CHITEN_NO = ? AND KEIYAKU_NO <> ?")
        return str(number)

    def in_force(self) -> set[tuple[str, str]]:
        """Contract and customer numbers in force today, by the owner's tables."""
        found = self._rows(
            "SELECT KEIYAKU_NO, OKYAKU_NO FROM KEIYAKU_M WHERE KYOKYU_CHITEN_NO = ? AND KEIYAKU_NO <> '' || ?"
            f" AND TENKYO_YMD = '{NEVER}'",
            "",
        )
        return {(str(contract), str(customer)) for contract, customer in found}

    def move_out(self) -> None:
        """The first customer moves out; that day is over."""
        self.cast.servers.move_out(self.place.supply_point, day=(self.cast.now - timedelta(days=1)).date())

    def move_in(self) -> None:
        """The next tenant's contract begins."""
        self._do(
            "INSERT INTO KEIYAKU_M SELECT ?, KYOKYU_CHITEN_NO, ?, KEIYAKU_SYUBETU, DENTO_SYUBETU, KEIYAKU_A,"
            " SAIENE_RENKEI, ENKAKU_KAIHEI, TEKIYO_KAISI_YMD, ?, EIGYOSYO_CD, KIJUN_YMD FROM KEIYAKU_M"
            " WHERE KYOKYU_CHITEN_NO = ? AND KEIYAKU_NO <> ?",
            NEXT_CONTRACT,
            self.tenant.customer.number,
            NEVER,
            hyphenated(self.place.supply_point),
            NEXT_CONTRACT,
        )

    def leave(self) -> None:
        """The next tenant's contract was a mistake and is gone."""
        self._do(
            "DELETE FROM KEIYAKU_M WHERE KYOKYU_CHITEN_NO = ? AND KEIYAKU_NO = ?",
            hyphenated(self.place.supply_point),
            NEXT_CONTRACT,
        )

    def correct(self) -> None:
        """The move-out was entered by mistake: everything is as it was."""
        self.leave()
        self._do(
            "UPDATE KEIYAKU_M SET TENKYO_YMD = ?, OKYAKU_NO = ? WHERE KYOKYU_CHITEN_NO = ?",
            NEVER,
            self.place.customer.number,
            hyphenated(self.place.supply_point),
        )

    def transfer(self) -> None:
        """The same contract becomes another customer's."""
        self._do(
            "UPDATE KEIYAKU_M SET OKYAKU_NO = ? WHERE KYOKYU_CHITEN_NO = ? AND KEIYAKU_NO <> ?",
            self.tenant.customer.number,
            hyphenated(self.place.supply_point),
            NEXT_CONTRACT,
        )

    def _do(self, statement: str, *values: Any) -> None:
        with self.cast.servers["customer"].transaction() as connection:
            connection.execute(statement, values)

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self.cast.servers["customer"].transaction() as connection:
            return connection.execute(
                query, (hyphenated(self.place.supply_point), *(values or (NEXT_CONTRACT,)))
            ).fetchall()
