"""Where a relay may be spoken to in the clear: on this machine, or where a setting says that the way is protected."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_this_machine(host: str) -> bool:
    """Say whether ``host`` (a name or an address, without port) is always this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_relay_url(url: str) -> bool:
    """Say whether ``url`` is ``nats://host:port`` or ``tls://host:port``, without a log-in."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("nats", "tls") and bool(parts.hostname and parts.port) and "@" not in url
    except ValueError:
        return False


def is_open_to_the_network(url: str) -> bool:
    """Say whether messages to the relay at ``url`` would cross a network in the clear."""
    parts = urlsplit(url)
    return parts.scheme != "tls" and not is_this_machine(parts.hostname or "")
