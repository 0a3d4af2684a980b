"""What can go wrong in an EAP-PSK exchange, by type: never by the text, and never with a key in it."""


class EapPskError(Exception):
    """The one base of everything that this package raises for a message from the other side."""


class MalformedMessage(EapPskError):  # noqa: N818 - named for what happened, as RFC 4764 does
    """The bytes are not an EAP-PSK message of RFC 4764, or not one that route B uses."""


class UnexpectedMessage(EapPskError):  # noqa: N818 - named for what happened
    """A well-formed message that the present state does not take. The state is unchanged."""


class AuthenticationFailed(EapPskError):  # noqa: N818 - named for what happened
    """The other side does not hold the same key, or is not who was expected. The exchange is over."""
