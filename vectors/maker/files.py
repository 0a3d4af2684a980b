"""A vector file: header lines ``name: value``, an empty line, and the bytes in hexadecimal, 32 to a line."""

from dataclasses import dataclass

WIDTH = 64
ERRORS = {
    1: "Malformed",
    2: "WrongVersion",
    3: "Malformed",
    4: "WrongPurpose",
    5: "NotForThisRecipient",
    6: "BadSignature",
    7: "Expired",
    8: "NotForThisMeter",
    9: "CannotOpen",
    10: "Malformed",
}


def expected(verdict: int | str) -> dict[str, str]:
    """Return the header lines for the number of the check that must refuse (section 3), or for what must come out."""
    if isinstance(verdict, int):
        return {"check": str(verdict), "expect": ERRORS[verdict]}
    return {"check": "none", "expect": verdict}


@dataclass(frozen=True)
class Case:
    """One case: its path under ``vectors/`` without the ending, its header and its bytes."""

    path: str
    header: dict[str, str]
    data: bytes

    def to_text(self) -> str:
        """Return the file's content."""
        lines = [f"{name}: {value}" for name, value in self.header.items()]
        digits = self.data.hex()
        return "\n".join([*lines, "", *(digits[i : i + WIDTH] for i in range(0, len(digits), WIDTH))]) + "\n"
