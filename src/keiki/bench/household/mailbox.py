"""The customers' mail server: takes every e-mail by SMTP with STARTTLS and keeps it in memory, by address."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from keiki.bench.household.certificate import make_certificate

CERTIFICATE = "mail-certificate.pem"
_SIZE_LIMIT = 2**20


class Mailbox:
    """A running mail server. ``port`` is on 127.0.0.1. Whoever sends needs no log-in; nothing is written to a disk."""

    def __init__(self) -> None:
        self._mails: dict[str, list[EmailMessage]] = {}
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._server is None:
            raise RuntimeError("the mail server is not started")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self, folder: Path) -> None:
        """Listen, and leave the public certificate in ``folder`` for those who send."""
        certificate, context = make_certificate()
        (folder / CERTIFICATE).write_bytes(certificate)
        loop = asyncio.get_running_loop()

        def accept() -> SMTP:
            return SMTP(self, hostname="localhost", ident="mail", tls_context=context, data_size_limit=_SIZE_LIMIT)

        self._server = await loop.create_server(accept, "127.0.0.1", 0)

    async def stop(self) -> None:
        """Listen no more; the mails are gone with the town."""
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
        mail = BytesParser(EmailMessage, policy=default).parsebytes(content)
        for address in envelope.rcpt_tos:
            self._mails.setdefault(address.lower(), []).append(mail)
        return "250 kept"
