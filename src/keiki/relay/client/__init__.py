"""What both sides use of the relay: a log-in key, and a client that puts bytes and fetches bytes.

It needs nothing but ``nats-py[nkeys]`` and knows nothing of what the bytes mean.

- :func:`create_login` makes a side's log-in key (an nkey) and gives the public half, which the relay's operator allows.
- :class:`RelayClient` puts on the side's own stream and fetches from the other's, reconnecting for ever.
- :class:`Side` says which side a process is on.
"""

from keiki.relay.client.connection import RelayClient
from keiki.relay.client.delivery import RelayDelivery, RelayEvent
from keiki.relay.client.errors import LoginKeyError, PutRefused, RelayDenied, RelayError, RelayUnavailable
from keiki.relay.client.login import create_login, is_login_name, login_name
from keiki.relay.client.subjects import Side

__all__ = [
    "LoginKeyError",
    "PutRefused",
    "RelayClient",
    "RelayDelivery",
    "RelayDenied",
    "RelayError",
    "RelayEvent",
    "RelayUnavailable",
    "Side",
    "create_login",
    "is_login_name",
    "login_name",
]
