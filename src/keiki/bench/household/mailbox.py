"""The customers' mail server: takes every e-mail by SMTP with STARTTLS and keeps it, by address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from keiki.bench.household.certificate import make_certificate

CERTIFICATE = "mail-certificate.pem"
_SIZE_LIMIT = 2**20


class Mailbox:
    """A running mail server. ``port`` is on 127.0.0.1. Whoever sends needs no log-in.

    ``keep`` is called with every mail before it is acknowledged (addresses, text in Latin-1), ``received`` are those of
    before.
    """

    def __init__(self, keep: Callable[[dict[str, Any]], None], received: Iterable[dict[str, Any]] = ()) -> None:
        self._keep = keep
        self._mails: dict[str, list[EmailMessage]] = {}
        for mail in received:
            self._deliver(mail)
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._server is None:
            raise RuntimeError("the mail server is not started")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self, folder: Path, port: int = 0) -> None:
        """Listen on ``port`` (0: a free one), and leave the public certificate in ``folder`` for those who send."""
        certificate, context = make_certificate()
        (folder / CERTIFICATE).write_bytes(certificate)
        loop = asyncio.get_running_loop()

        def accept() -> SMTP:
            return SMTP(self, hostname="localhost", ident="mail", tls_context=context, data_size_limit=_SIZE_LIMIT)

        self._server = await loop.create_server(accept, "127.0.0.1", port)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def mails(self, address: str) -> list[EmailMessage]:
        """Return the mails to an address, oldest first."""
        return list(self._mails.get(address.lower(), ()))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Keep a mail for each of its recipients."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = {"to": envelope.rcpt_tos, "content": content.decode("latin-1")}
        self._keep(mail)
        self._deliver(mail)
        return "250 kept"

    def _deliver(self, mail: dict[str, Any]) -> None:
        parsed = BytesParser(EmailMessage, policy=default).parsebytes(mail["content"].encode("latin-1"))
        for address in mail["to"]:
            self._mails.setdefault(address.lower(), []).append(parsed)
