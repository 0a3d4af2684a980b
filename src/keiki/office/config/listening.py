"""The socket that the screens listen on: bound here and by nobody else, or inherited from whoever started the process.

granian by itself binds with SO_REUSEPORT, which lets a second office listen on the same port without a word: half of
the log-ins would then go to the wrong one.
"""

from __future__ import annotations

import errno
import socket

from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import Server

from keiki.office.refusal import Refusal

BACKLOG = 1024


class AddressInUse(Refusal):
    """Another program listens where the screens should."""

    code = "address_in_use"


class AddressUnusable(Refusal):
    """The address or port cannot be listened on here."""

    code = "address_unusable"


def listen(address: str, port: int, inherited: int | None = None) -> socket.socket:
    """Return a socket that listens on ``address`` and ``port``, or the ``inherited`` one (a file descriptor)."""
    if inherited is not None:
        return _inherited(inherited)
    listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not REUSEPORT: the port is ours alone
        listening.bind((address.strip("[]"), port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse(
                f"{address} のポート {port} は別のプログラムが使っています。"
                "そのプログラムを止めるか、[web] の port と url を変えてください",
                f"port {port} on {address} is taken by another program: stop it, or change port and url in [web]",
            ) from None
        raise AddressUnusable(
            f"{address} のポート {port} では待ち受けられません({error.strerror})。"
            "[web] の address と port を直してください",
            f"port {port} on {address} cannot be listened on ({error.strerror}): correct address and port in [web]",
        ) from None
    return listening


def _inherited(number: int) -> socket.socket:
    try:
        inherited = socket.socket(fileno=number)
        if inherited.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return inherited
        inherited.detach()
    except OSError:
        pass
    raise AddressUnusable(
        f"--fd {number} は待受け中のソケットではありません。--fd を外してください",
        f"--fd {number} is no socket that listens: leave --fd out",
    )


class ServerOn(Server):  # type: ignore[valid-type,misc] # granian chooses the class when it is imported
    """granian on a socket that is bound already; its workers inherit it."""

    listening: socket.socket

    def _init_shared_socket(self) -> None:
        self.listening.set_inheritable(True)
        self._ssp, self._sfd = None, self.listening.fileno()
        self._shd = SocketHolder(self._sfd, False, BACKLOG)  # type: ignore[call-arg] # what granian gives each worker
        self._sso = self.listening
