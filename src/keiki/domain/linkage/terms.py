"""Keiki's own words for what the data servers know: every fact has one name, one kind of value, and one owner.

A source's configuration maps foreign columns and codes to these terms; a name that is not here, or a value that a term
does not allow, is refused when the configuration is read. Units: capacities in ampere, times with zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = str | int | bool | date | datetime | None
Text: TypeAlias = tuple[str, str]
"""A text in Japanese and in English."""


class FactType(StrEnum):
    """What a fact's value is."""

    TEXT = "text"
    INTEGER = "integer"
    FLAG = "flag"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True)
class Term:
    """A fact's name with the kind of its value, its allowed values (none listed: any) and its labels.

    A ``coded`` text is one of the utility's own codes as Keiki writes them: 1 to 20 of a-z, 0-9, "-" and "_". ``done``:
    the date or time of something that is done, or planned for the coming year at most.
    """

    name: str
    kind: FactType
    ja: str
    en: str
    choices: tuple[str | int, ...] = ()
    optional: bool = False
    coded: bool = False
    done: bool = False

    def accepts(self, value: Value) -> bool:
        """Say whether ``value`` may stand for this term; ``None`` (the source says: there is none) only if optional."""
        if value is None:
            return self.optional
        if type(value) is not _TYPES[self.kind]:
            return False
        if self.coded and not _CODE.fullmatch(str(value)):
            return False
        return not self.choices or value in self.choices

    @property
    def needs_codes(self) -> bool:
        """Whether a mapping must say which foreign code means which value."""
        return self.coded or self.kind is FactType.FLAG or bool(self.choices)


_CODE = re.compile(r"[a-z0-9_-]{1,20}")
_TYPES: dict[FactType, type] = {
    FactType.TEXT: str,
    FactType.INTEGER: int,
    FactType.FLAG: bool,
    FactType.DATE: date,
    FactType.MOMENT: datetime,
}
_PHASES = ("1P2W", "1P3W", "3P3W")
_MEDIA = ("rf", "plc")
_ROUTE_B = ("none", "wireless", "plc")
_T, _N, _F, _D, _M = FactType.TEXT, FactType.INTEGER, FactType.FLAG, FactType.DATE, FactType.MOMENT

TERMS: dict[str, Term] = {
    term.name: term
    for term in (
        Term("contract_number", _T, "契約番号", "contract number"),
        Term("contract_type", _T, "契約種別", "contract type"),
        Term("phase", _T, "契約の相線式", "contracted phase and wires", _PHASES),
        Term("capacity", _N, "契約容量 (A)", "contracted capacity (A)"),
        Term("renewable", _F, "再エネ連系", "renewable interconnection"),
        Term("remote_switching", _F, "遠隔開閉", "remote switching agreed"),
        Term("contract_since", _D, "契約適用開始日", "contract in force since"),
        Term("moved_out", _D, "転居日", "moved out on", optional=True),
        Term("service_office", _T, "営業所", "service office", optional=True, coded=True),
        Term("housing", _T, "建物区分", "housing", ("detached", "multi_dwelling")),
        Term("medium", _T, "Aルート通信方式", "route-A medium at the place", _MEDIA),
        Term("rain", _F, "雨がかり", "exposed to rain"),
        Term("voltage_measurement", _F, "電圧計測", "voltage measurement wanted"),
        Term("communication_unit", _T, "通信ユニット", "communication unit"),
        Term("communication_serial", _T, "通信ユニット製造番号", "communication unit's serial number"),
        Term("communication_medium", _T, "通信ユニットのAルート方式", "communication unit's route-A medium", _MEDIA),
        Term("communication_route_b", _T, "通信ユニットのBルート方式", "communication unit's route-B medium", _ROUTE_B),
        Term("communication_two_way", _F, "通信ユニットの双方向計量", "communication unit measures two-way"),
        Term("metering_unit", _T, "計量ユニット", "metering unit"),
        Term("metering_serial", _T, "計量ユニット製造番号", "metering unit's serial number"),
        Term("metering_phase", _T, "計量ユニットの相線式", "metering unit's phase and wires", _PHASES),
        Term("metering_capacity", _N, "計量ユニットの容量 (A)", "metering unit's capacity (A)"),
        Term("metering_two_way", _F, "計量ユニットの双方向計量", "metering unit measures two-way"),
        Term("metering_route_b", _F, "計量ユニットのBルート機能", "metering unit has the route-B function"),
        Term("option_unit", _T, "付加機能ユニット", "optional unit"),
        Term("option_serial", _T, "付加機能ユニット製造番号", "optional unit's serial number", optional=True),
        Term("cover_unit", _T, "端子カバー", "terminal cover"),
        Term("certified", _D, "検定日", "certified on", done=True),
        Term("installed_on", _D, "工事日", "installed on", done=True),
        Term("depot", _T, "計器倉庫", "depot"),
        Term("reachable", _F, "Aルート到達", "reachable on route A"),
        Term("last_reading", _M, "最終検針", "last reading", optional=True, done=True),
        Term(
            "seen_communication_serial",
            _T,
            "監視制御上の通信ユニット製造番号",
            "serial number seen by supervisory control",
        ),
        Term(
            "communication_state",
            _T,
            "通信ユニット状態",
            "communication unit's state",
            ("normal", "abnormality", "starting"),
        ),
    )
}
