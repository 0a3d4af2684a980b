"""The customer's name, address and e-mail: personal data, in a value that shows nothing of itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from keiki.domain.linkage.masking import is_legible
from keiki.domain.mapping.keys import KeyFormat
from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.office.sources.errors import ContactError


@dataclass(frozen=True)
class Contact:
    """A customer in contract. Kana is in full width whatever the owner holds; the rest is as it stands there."""

    supply_point: SupplyPoint
    contract_number: str
    customer_number: str = field(repr=False)
    name: str = field(repr=False)
    kana: str = field(repr=False)
    postcode: str = field(repr=False)
    address: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)


LONGEST: Mapping[str, int] = {
    "customer_number": 40,
    "name": 100,
    "kana": 200,
    "postcode": 16,
    "address": 300,
    "phone": 30,
    "email": 254,
}
"""Characters of each part at most: what is longer is no name or address, and would fill letters and screens."""
PERSONAL = tuple(column.name for column in fields(Contact) if column.name not in ("supply_point", "contract_number"))


def read_contact(
    point: SupplyPoint, contract_number: str, key: KeyFormat, rows: Sequence[Mapping[str, object]]
) -> Contact:
    """Read the one customer of a contract at ``point``; raises :class:`ContactError`, which repeats nothing of the
    rows."""
    if not rows:
        raise ContactError(
            "この契約のお客さまの記録がないため、連絡先がありません。契約の管理元に確認してください",
            "there is no record of this contract's customer, so there is nobody to write to: ask the contracts' owner",
            code="no_customer",
        )
    if len(rows) > 1:
        raise ContactError(
            f"この契約のお客さまの記録が{len(rows)}件あります。先に契約の管理元で解消してもらってください",
            f"there are {len(rows)} records of this contract's customer: the owner must settle it first",
            code="several_customers",
        )
    row = rows[0]
    wanted = ("supply_point", "contract_number", *PERSONAL)
    missing = [column for column in wanted if row.get(column) in (None, "")]
    if missing:
        raise ContactError(
            f"お客さまの記録に {'、'.join(missing)} がありません。管理元に補記を依頼してください",
            f"the customer's record has no {', '.join(missing)}: ask its owner to complete it",
            code="customer_incomplete",
        )
    try:
        found = key.read(str(row["supply_point"]))
    except SupplyPointError:
        raise ContactError(
            "お客さまの記録の供給地点特定番号を読めません。データ元の問合せの設定を確かめてください",
            "the customer's record has an unreadable supply point number: check the query",
            code="customer_query_wrong",
        ) from None
    if found != point:
        raise ContactError(
            "別の供給地点のお客さまの記録が返されました。データ元の問合せの設定を確かめてください",
            "the customer's record is another supply point's: check the query",
            code="customer_query_wrong",
        )
    if str(row["contract_number"]).strip(" \u3000") != contract_number:
        raise ContactError(
            "別の契約のお客さまの記録が返されました。データ元の問合せの設定を確かめてください",
            "the customer's record is another contract's: check the query",
            code="customer_query_wrong",
        )
    values = {column: str(row[column]).strip(" \u3000") for column in PERSONAL}
    too_long = [column for column, value in values.items() if len(value) > LONGEST[column]]
    if too_long:
        raise ContactError(
            f"お客さまの記録の {'、'.join(too_long)} が長すぎます。管理元に訂正を依頼してください",
            f"the customer's {', '.join(too_long)} is too long to be one: ask its owner to correct the record",
            code="customer_unreadable",
        )
    illegible = [column for column, value in values.items() if not is_legible(value)]
    if illegible:
        raise ContactError(
            f"お客さまの記録の {'、'.join(illegible)} に読めない文字があります。管理元に訂正を依頼してください",
            f"the customer's {', '.join(illegible)} cannot be read: ask its owner to correct the record",
            code="customer_unreadable",
        )
    values["kana"] = unicodedata.normalize("NFKC", values["kana"])
    return Contact(point, contract_number, **values)
