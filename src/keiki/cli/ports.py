"""The port of the screens: taken before anything is started, and kept for as long as the run lasts.

The socket is bound and listens here, and the web process inherits it. So no other program can take the port between
the moment it was found free and the moment the screens answer, and a second ``keiki up`` sees that it is taken.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from keiki.foundation.text.bilingual import Bilingual

FIRST = 8000
TRIED = 50
BACKLOG = 1024


class PortInUse(Exception):  # noqa: N818 - an answer, not a fault
    """The port that was asked for cannot be had; ``text`` says why and what to do."""

    def __init__(self, text: Bilingual) -> None:
        self.text = text
        super().__init__(text.en)


@dataclass
class ReservedPort:
    """A port of this machine's own address that nobody else can take.

    ``instead_of``: the one that was wanted and is in use.
    """

    listening: socket.socket
    beside: socket.socket | None
    instead_of: int | None

    @property
    def port(self) -> int:
        """The port's number."""
        return int(self.listening.getsockname()[1])

    def close(self) -> None:
        """Let the port go."""
        self.listening.close()
        if self.beside:
            self.beside.close()


def reserve(wanted: int | None, usual: int = FIRST) -> ReservedPort:
    """Reserve ``wanted``, or raise :class:`PortInUse`; without one ``usual`` or the next that is free."""
    if wanted is not None:
        try:
            return _bind(wanted, None)
        except OSError as error:
            raise PortInUse(_refusal_of(wanted, error)) from None
    for port in _candidates(usual):
        try:
            return _bind(port, usual if port != usual else None)
        except OSError:
            continue
    raise PortInUse(
        Bilingual(
            ja="この計算機に空いているポートがありません。--port で指定してください",
            en="this machine has no free port: name one with --port",
        )
    )


def _candidates(usual: int) -> Iterator[int]:
    yield usual
    yield from (port for port in range(FIRST, FIRST + TRIED) if port != usual)
    yield 0


def _bind(port: int, instead_of: int | None) -> ReservedPort:
    """Listen on 127.0.0.1, and keep [::1] free of others: browsers try it first when they are told ``localhost``."""
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(BACKLOG)
        return ReservedPort(listening, _beside(int(listening.getsockname()[1])), instead_of)
    except BaseException:
        listening.close()
        raise


def _beside(port: int) -> socket.socket | None:
    if not socket.has_ipv6:
        return None
    beside = None
    try:
        beside = socket.socket(socket.AF_INET6)
        beside.bind(("::1", port))
    except OSError as error:
        if beside:
            beside.close()
        if error.errno == errno.EADDRINUSE:
            raise
        return None
    return beside


def _refusal_of(port: int, error: OSError) -> Bilingual:
    if error.errno == errno.EADDRINUSE:
        return Bilingual(
            ja=f"ポート {port} は別のプログラムが使っています。--port で別の番号を指定するか、--port を外してください",
            en=f"port {port} is taken by another program: name another with --port, or leave --port out",
        )
    return Bilingual(
        ja=f"ポート {port} は使えません({error.strerror})。1024 以上の番号を指定してください",
        en=f"port {port} cannot be used ({error.strerror}): name one from 1024 up",
    )
