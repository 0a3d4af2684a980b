"""How a town is to be: where it lives, how large it is, and how fast its time runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from keiki.foundation.text.bilingual import Bilingual

SMALLEST, LARGEST = 30, 10_000
FASTEST = 100.0
SHORTEST_SESSION, LONGEST_SESSION = 60, 7 * 86_400


class BadTownError(ValueError):
    """A setting or a folder that no town can have; says which and what to do, in both languages."""

    def __init__(self, *, ja: str, en: str) -> None:
        self.text = Bilingual(ja=ja, en=en)
        super().__init__(en)


@dataclass(frozen=True)
class TownSettings:
    """``folder`` of the town; ``seed`` it is drawn from; supply ``points``; ``speed`` of its time, in real time's.

    Seed and points left out are those of the town that the folder holds; else seed 1 and the smallest town.

    ``session_seconds``: how long the meters let a HEMS' session live without a new authentication.
    """

    folder: Path
    seed: int | None = None
    points: int | None = None
    speed: float = 1.0
    session_seconds: int = 86_400

    def __post_init__(self) -> None:
        if self.points is not None and not SMALLEST <= self.points <= LARGEST:
            raise BadTownError(
                ja=f"町の供給地点は {SMALLEST} から {LARGEST} です。--points を直してください",
                en=f"a town has {SMALLEST} to {LARGEST} supply points: set --points accordingly",
            )
        if not 1 <= self.speed <= FASTEST:
            raise BadTownError(
                ja=f"町の時間の速さは実時間の 1 から {FASTEST:g} 倍です。--speed を直してください",
                en=f"emulated time runs 1 to {FASTEST:g} times as fast as real, never slower: set --speed",
            )
        if not SHORTEST_SESSION <= self.session_seconds <= LONGEST_SESSION:
            raise BadTownError(
                ja=f"セッションの長さは町の時間で {SHORTEST_SESSION} から {LONGEST_SESSION} 秒です。"
                "--session-seconds を直してください",
                en=f"a session lives {SHORTEST_SESSION} to {LONGEST_SESSION} s of the town's time: "
                "set --session-seconds",
            )
        if self.seed is not None and self.seed < 0:
            raise BadTownError(
                ja="seed は 0 以上の整数です。--seed を直してください",
                en="a seed is a whole number from 0: set --seed",
            )
