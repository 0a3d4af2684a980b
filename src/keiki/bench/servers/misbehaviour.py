"""What owners' data does wrong, on demand: records that contradict, unknown codes, twice the same contract, old rows.

Every act goes into the database as the owner's own mistake would; what undoes it is the owner's own correction, for
which the functions return what stood there before where that is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from keiki.bench.console import Console
from keiki.bench.servers.customer import NEVER
from keiki.bench.servers.servers import Servers
from keiki.bench.servers.writing import full_width, hyphenated, zero_lost

STRANGER = "TCX999999999"
UNKNOWN = {
    "customer": "UPDATE KEIYAKU_M SET SAIENE_RENKEI = 'ﾐﾃ' WHERE KYOKYU_CHITEN_NO = ?",
    "distribution": "UPDATE haiden_point SET keiro = 'LTE' WHERE spid = ?",
    "construction": "UPDATE 計器工事 SET 通信型式 = 'ZZC-900' WHERE 供給地点特定番号 = ? AND 最新 = '◎'",
    "supervisory": "UPDATE scs_meter SET comm_st = '??' WHERE sp_no = ?",
}
KEYS: dict[str, Callable[[str], str]] = {
    "customer": hyphenated,
    "distribution": zero_lost,
    "construction": full_width,
    "supervisory": str,
}


class Misbehaviour:
    """The mistakes of the five servers."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    def register(self, console: Console) -> None:
        """Add the commands."""
        for handler in (self.contradict_serial, self.unknown_code, self.second_contract, self.grow_old):
            console.command(handler)

    def contradict_serial(self, supply_point: str) -> dict[str, str]:
        """Let supervisory control see another communication unit than the construction ledger has."""
        self._change("supervisory", "UPDATE scs_meter SET comm_sn = ? WHERE sp_no = ?", STRANGER, supply_point)
        return {"supply_point": supply_point, "seen": STRANGER}

    def unknown_code(self, supply_point: str, name: str) -> dict[str, str]:
        """Let a server hold a code at a supply point that nobody told the integrator of."""
        if name not in UNKNOWN:
            raise ValueError(f"the server {name!r} has no code to get wrong: choose one of {', '.join(UNKNOWN)}")
        self._change(name, UNKNOWN[name], KEYS[name](supply_point))
        return {"supply_point": supply_point, "name": name}

    def second_contract(self, supply_point: str) -> dict[str, str]:
        """Let a second contract be in force at a supply point, as when a move-out was not entered."""
        self._change(
            "customer",
            "INSERT INTO KEIYAKU_M SELECT 'K9' || substr(KEIYAKU_NO, 3), KYOKYU_CHITEN_NO, OKYAKU_NO, KEIYAKU_SYUBETU,"
            " DENTO_SYUBETU, KEIYAKU_A, SAIENE_RENKEI, ENKAKU_KAIHEI, TEKIYO_KAISI_YMD, TENKYO_YMD,"
            " EIGYOSYO_CD, KIJUN_YMD"
            " FROM KEIYAKU_M WHERE KYOKYU_CHITEN_NO = ? AND TENKYO_YMD = ?",
            hyphenated(supply_point),
            NEVER,
        )
        return {"supply_point": supply_point}

    def grow_old(self, name: str, days: float) -> dict[str, object]:
        """Let a server's last refresh lie so many days back, as when its nightly batch failed."""
        then = datetime.now().astimezone() - timedelta(days=days)
        self._servers.update(name, then)
        return {"name": name, "as_of": then.isoformat(timespec="seconds")}

    def _change(self, name: str, statement: str, *values: str) -> None:
        with self._servers[name].transaction() as connection:
            if connection.execute(statement, values).rowcount < 1:
                raise KeyError(f"the server {name!r} has no such supply point: check the number")
