"""What the office's cookies are called: a browser keeps one set for a host, whatever the port."""

from __future__ import annotations

from urllib.parse import urlsplit


def cookie_name(url: str) -> str:
    """Return the name of the session's cookie at ``url``; with a port of its own two offices on one host are apart."""
    parts = urlsplit(url)
    name = "__Host-keiki" if parts.scheme == "https" else "keiki"
    return f"{name}-{parts.port}" if parts.port else name
