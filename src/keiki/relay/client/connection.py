"""The connection of one side: put bytes and wait until they are on disk, fetch bytes and acknowledge them.

It connects outward only and reconnects for ever. At least once, in both directions: a put that was not answered is put
again by the caller with the same id, a delivery that was not acknowledged comes again. Receivers keep their own table
of ids, because the server forgets the ids of consumed messages when it restarts.

The server delivers by itself once :meth:`RelayClient.fetch` was called for the first time; what arrives waits here
until it is fetched, each message once however often it is delivered (ADR 0707).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import ssl
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError, NotJSMessageError
from nats.js.errors import APIError, NoStreamResponseError

from keiki.relay.client.delivery import RelayDelivery, RelayEvent
from keiki.relay.client.errors import PutRefused, RelayDenied, RelayError, RelayUnavailable
from keiki.relay.client.login import login_name, read_seed
from keiki.relay.client.subjects import Side, fetched_by, put_by

ANSWER_SECONDS = 10.0
RECONNECT_SECONDS = 0.5
GIVE_BACK_SECONDS = 2.0
PING_SECONDS = 15
"""How often the link is tried; dead after two tries without an answer (the library's own default takes 6 minutes)."""
_DENIED = re.compile(r'permissions violation for (?:publish|subscription) to "([^"]+)"', re.IGNORECASE)

Answer = TypeVar("Answer")


class RelayClient:
    """One side's connection to the relay; make it with :meth:`connect`."""

    def __init__(
        self,
        url: str,
        seed_file: Path,
        side: Side,
        on_event: Callable[[RelayEvent], None] | None = None,
        tls_authority: Path | None = None,
    ) -> None:
        self._url, self._seed_file, self._side = url, seed_file, side
        self._tell = on_event or (lambda _: None)
        self._tls = ssl.create_default_context(cafile=str(tls_authority)) if tls_authority else None
        self._denials: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self._arrived: dict[int, Msg] = {}
        self._arrival = asyncio.Event()
        self._subscription: Subscription | None = None
        self._nats = Client()
        self._up = asyncio.Event()
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keeper: asyncio.Task[None] | None = None

    @classmethod
    async def connect(
        cls,
        url: str,
        seed_file: Path,
        side: Side,
        *,
        on_event: Callable[[RelayEvent], None] | None = None,
        tls_authority: Path | None = None,
        wait: float | None = None,
    ) -> RelayClient:
        """Log in at ``url`` (``nats://host:port`` or ``tls://``) with the seed in ``seed_file``.

        Tries for ever, or for ``wait`` seconds and then raises :class:`RelayUnavailable`. ``tls_authority`` is the PEM
        file of the authority that signed the relay's certificate.
        """
        login_name(seed_file)
        client = cls(url, seed_file, side, on_event, tls_authority)
        client._keeper = asyncio.create_task(client._keep_connected())
        try:
            await asyncio.wait_for(client._up.wait(), wait)
        except TimeoutError:
            await client.close()
            reason = f"no log-in at the relay within {wait} s: is it running, is the key allowed?"
            raise RelayUnavailable(reason) from None
        return client

    @property
    def connected(self) -> bool:
        """Whether the relay can be spoken to at this moment."""
        return self._up.is_set()

    async def close(self) -> None:
        """Log out. Nothing that was put is lost, and what arrived and was not fetched goes back at once."""
        with contextlib.suppress(NatsError, OSError, TimeoutError):
            if self._subscription and self.connected:
                await asyncio.wait_for(self._subscription.drain(), GIVE_BACK_SECONDS)  # type: ignore[no-untyped-call]
                for message in self._arrived.values():
                    await self._nats.publish(message.reply, b"-NAK")
                await self._nats.flush(int(GIVE_BACK_SECONDS))
        if self._keeper:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper

    async def put(self, data: bytes, message_id: bytes) -> None:
        """Put ``data`` on this side's stream and return once the relay has it on disk.

        The same ``data`` with the same ``message_id`` is stored once. Raises :class:`PutRefused`, :class:`RelayDenied`
        or :class:`RelayUnavailable`; only the last one leaves open whether the message arrived.
        """
        channel = put_by(self._side)
        await self._connection()
        stream = self._nats.jetstream(timeout=ANSWER_SECONDS)
        sending = stream.publish(channel.subject, data, headers={"Nats-Msg-Id": _transport_id(data, message_id)})
        try:
            await self.answered(channel.subject, sending)
        except (APIError, MaxPayloadError) as error:
            raise PutRefused(f"the relay refused the message ({_reason(error)}): nothing was stored") from error

    async def fetch(self, batch: int = 32, timeout: float = 5.0) -> list[RelayDelivery]:  # noqa: ASYNC109 - waits on the server
        """Return up to ``batch`` deliveries; wait up to ``timeout`` seconds for the first, else return none."""
        await self._connection()
        if self._subscription is None:
            await self._listen()
        if not self._arrived:
            await self._arrival_within(timeout)
        fetched = [self._arrived.pop(number) for number in list(self._arrived)[:batch]]
        return [
            RelayDelivery(message.data, message.metadata.num_delivered or 1, message.reply, self.tell)
            for message in fetched
        ]

    async def tell(self, subject: str, what: bytes) -> None:
        """Send an acknowledgement of any kind over whatever connection there is now, and wait until it has arrived."""
        await self._connection()
        await self.answered(subject, self._nats.request(subject, what, timeout=ANSWER_SECONDS))

    async def answered(self, subject: str, asking: Awaitable[Answer]) -> Answer:
        """Await ``asking``, turning a silence into :class:`RelayUnavailable` and a denial into :class:`RelayDenied`."""
        denial: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task: asyncio.Future[Answer] = asyncio.ensure_future(asking)
        self._denials[subject.lower()].add(denial)
        try:
            waiting: set[asyncio.Future[Any]] = {task, denial, self._lost}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if denial.done():
                raise RelayDenied(
                    f"the relay lets the {self._side} side not use {subject}: is the key the right side's?"
                )
            if not task.done():
                raise RelayUnavailable("the connection to the relay broke before it answered: try again")
            return await task
        except (APIError, MaxPayloadError, RelayUnavailable):
            raise
        except (TimeoutError, NatsError, NoStreamResponseError, OSError) as error:
            raise RelayUnavailable(
                f"the relay did not answer ({type(error).__name__}); it will be tried again"
            ) from error
        finally:
            self._denials[subject.lower()].discard(denial)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task

    async def _connection(self) -> None:
        """Wait until the relay can be spoken to; a break that lasts is :class:`RelayUnavailable`."""
        try:
            await asyncio.wait_for(self._up.wait(), ANSWER_SECONDS)
        except TimeoutError:
            raise RelayUnavailable("the relay is not connected: it will be tried again") from None

    async def _keep_connected(self) -> None:
        """Log in again whenever the connection ends, for whatever reason, until cancelled.

        nats-py's own reconnecting ends where the server withdraws a log-in, and leaves sockets of failed attempts open.
        """
        while True:
            try:
                await self._log_in()
                await self._lost
                self._tell(RelayEvent("disconnected"))
            except (OSError, NatsError, RelayError, TimeoutError, EOFError, ValueError) as error:
                self._tell(RelayEvent("error", f"{type(error).__name__}: {error}"))
            finally:
                self._up.clear()
                with contextlib.suppress(NatsError, OSError):
                    await self._nats.close()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _log_in(self) -> None:
        self._nats, self._lost = Client(), asyncio.get_running_loop().create_future()
        self._subscription = None
        await self._nats.connect(
            self._url,
            nkeys_seed_str=read_seed(self._seed_file),
            inbox_prefix=self._side.inbox_prefix,
            name=f"keiki {self._side}",
            tls=self._tls,
            allow_reconnect=False,
            ping_interval=PING_SECONDS,
            error_cb=self._on_error,
            closed_cb=self._on_close,
        )
        self._up.set()
        self._tell(RelayEvent("connected", self._url))

    async def _listen(self) -> None:
        """Let the server deliver, from now until the connection ends."""
        subject = fetched_by(self._side).delivery_subject
        subscription = await self._nats.subscribe(subject, cb=self._take_in)
        try:
            await self.answered(subject, self._nats.flush(int(ANSWER_SECONDS)))
        except RelayDenied:
            await subscription.unsubscribe()
            raise
        self._subscription = subscription

    async def _take_in(self, message: Msg) -> None:
        """Hold one delivery until it is fetched. What has no acknowledgement of this channel is no delivery of it."""
        if not message.reply.startswith(fetched_by(self._side).ack_prefix):
            return
        with contextlib.suppress(NotJSMessageError, ValueError):
            self._arrived[message.metadata.sequence.stream] = message
            self._arrival.set()

    async def _arrival_within(self, seconds: float) -> None:
        self._arrival.clear()
        arrival = asyncio.ensure_future(self._arrival.wait())
        waiting: set[asyncio.Future[Any]] = {arrival, self._lost}
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        arrival.cancel()
        if not self._arrived and self._lost.done():
            raise RelayUnavailable("the connection to the relay broke: it will be tried again")

    async def _on_error(self, error: Exception) -> None:
        if denied := _DENIED.search(str(error)):
            for future in self._denials.get(denied.group(1).lower(), ()):
                if not future.done():
                    future.set_result(None)
            self._tell(RelayEvent("denied", denied.group(1)))
        else:
            self._tell(RelayEvent("error", f"{type(error).__name__}: {error}"))

    async def _on_close(self) -> None:
        if not self._lost.done():
            self._lost.set_result(None)


def _transport_id(data: bytes, message_id: bytes) -> str:
    """What the server tells repetitions by: nobody can name it before these very bytes were put.

    The server answers *duplicate* for a known id whatever the content is. A message id alone is known to whoever reads
    the other stream, who could put something else under it first, and the real message would count as put.
    """
    return hashlib.sha256(len(message_id).to_bytes(2, "big") + message_id + data).hexdigest()


def _reason(error: Exception) -> str:
    return str(getattr(error, "description", None) or error)
