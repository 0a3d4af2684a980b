"""The one error of the maintenance port's codec."""


class MeterPortError(Exception):
    """Bytes that are no message of the maintenance port, or a value that no message may carry.

    The text never repeats a value: it may be a secret.
    """
