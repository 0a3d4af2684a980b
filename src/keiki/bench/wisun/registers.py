"""What a module keeps until it is reset: virtual registers (SKSREG) and the household's credential."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from keiki.bench.radio.scanning import CHANNELS, FIRST_CHANNEL

NO_PAN = 0xFFFF


@dataclass(frozen=True)
class ModuleRegisters:
    """Channel (S2), PAN (S3), echo (SFE), received strength in ERXUDP (SA2), and the credential, which never shows."""

    channel: int = FIRST_CHANNEL
    pan: int = NO_PAN
    echo: bool = True
    strength: bool = False
    authentication_id: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def written(self, register: str, value: int) -> ModuleRegisters | None:
        """Return the registers after a write, or None where register or value is not the module's."""
        match register:
            case "SFE" if value in (0, 1):
                return replace(self, echo=value == 1)
            case "SA2" if value in (0, 1):
                return replace(self, strength=value == 1)
            case "S2" if FIRST_CHANNEL <= value < FIRST_CHANNEL + CHANNELS:
                return replace(self, channel=value)
            case "S3" if value <= NO_PAN:
                return replace(self, pan=value)
        return None

    def read(self, register: str) -> str | None:
        """Return a register as the module shows it, or None where it has none of that name."""
        shown = {
            "S2": f"{self.channel:02X}",
            "S3": f"{self.pan:04X}",
            "SFE": f"{self.echo:d}",
            "SA2": f"{self.strength:d}",
        }
        return shown.get(register)
