"""One error for each layer that may refuse a sealed message; ``docs/formats.md`` section 3 has the order of the checks.

The texts are fixed: they say what, why and what to do, and never repeat anything from the message. ``code`` is the
name by which results, logs and vectors tell the layers apart.
"""

# ruff: noqa: N818 - each is named for what it found, as the format document names it

from __future__ import annotations

from typing import ClassVar


class SealingError(Exception):
    """A sealed message, barcode or identity was refused. Only the subclasses are raised."""

    code: ClassVar[str] = "sealing_error"
    says: ClassVar[str] = "The sealed message was refused."

    def __init__(self, says: str | None = None) -> None:
        super().__init__(says or self.says)


class Malformed(SealingError):
    """The bytes or the text do not have the form of the format."""

    code = "malformed"
    says = (
        "This is not a sealed message of Keiki: it is damaged or was cut short. Read it again or have it issued anew."
    )


class WrongVersion(SealingError):
    """The message is of a version of the format that this reader does not know."""

    code = "wrong_version"
    says = "The message is of a newer format than this program knows. Update the program."


class WrongPurpose(SealingError):
    """The message was made for something else, such as a relay credential presented as a barcode."""

    code = "wrong_purpose"
    says = "The message was made for another purpose and is not accepted here. Use the one issued for this work."


class NotForThisRecipient(SealingError):
    """The message is sealed to somebody else's key."""

    code = "not_for_this_recipient"
    says = "The message is sealed to another device. Use the device it was issued for, or have it issued anew."


class BadSignature(SealingError):
    """The signature is not that of the enrolled sender."""

    code = "bad_signature"
    says = "The message was not signed by the enrolled sender, or was changed on its way. Do not use it; report it."


class Expired(SealingError):
    """The message's time is over."""

    code = "expired"
    says = "The message has expired. Check the clock of this device, then have the message issued anew."


class NotForThisMeter(SealingError):
    """The credential is for another communication unit or another supply point."""

    code = "not_for_this_meter"
    says = "The credential is for another meter. Check the work order and the meter's serial number."


class CannotOpen(SealingError):
    """The seal does not open: it was not made by this sender for this recipient and this header."""

    code = "cannot_open"
    says = "The seal does not open: it was not made by this sender for this message. Do not use it; report it."


class ForeignBarcode(SealingError):
    """The barcode is readable, but it is not one of Keiki's."""

    code = "foreign_barcode"
    says = "This barcode is not a credential barcode. Read the square one at the foot of the work order."


class BadIdentity(SealingError):
    """An identity card or identity file is not one, or does not agree with itself."""

    code = "bad_identity"
    says = "This is not a valid identity. Export it again where it was made."
