"""What can go wrong between a side and the relay, by type."""


class RelayError(Exception):
    """Anything that went wrong with the relay."""


class LoginKeyError(RelayError):
    """The log-in key file is missing, open to others, or not an nkey seed."""


class RelayUnavailable(RelayError):  # noqa: N818 - a state of the world, not a fault of the caller
    """The relay did not answer in time. What was put may or may not have arrived: put it again with the same id."""


class PutRefused(RelayError):  # noqa: N818 - the field's word
    """The relay answered that it does not take the message: too large, or its stream is full. Nothing was stored."""


class RelayDenied(RelayError):  # noqa: N818 - the field's word
    """This log-in may not put or fetch there: its key belongs to the other side. Nothing was stored or read."""
