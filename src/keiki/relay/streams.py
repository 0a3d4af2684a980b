"""The two streams and their consumers, made or brought up to the settings at every start.

Work queues on disk: a message lives until its one consumer acknowledged it, or until it is too old. A full stream
refuses new messages and never drops old ones, so that whoever puts knows.
"""

import contextlib

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from keiki.relay.client.subjects import CHANNELS, COMMANDS, RelayChannel
from keiki.relay.settings import RelaySettings

_DUPLICATE_WINDOW_SECONDS = 600


async def make_streams(url: str, seed: str, settings: RelaySettings, tls: object | None = None) -> None:
    """Log in as the owner and make streams and consumers, or change what the settings changed."""
    client = Client()
    await client.connect(url, nkeys_seed_str=seed, allow_reconnect=False, tls=tls)  # type: ignore[arg-type]
    try:
        jetstream = client.jetstream()
        for channel in CHANNELS:
            config = stream_config(channel, settings)
            try:
                await jetstream.stream_info(channel.stream)
            except NotFoundError:
                await jetstream.add_stream(config)
            else:
                await jetstream.update_stream(config)
            await _make_consumer(jetstream, channel, settings)
    finally:
        await client.close()


async def _make_consumer(jetstream: JetStreamContext, channel: RelayChannel, settings: RelaySettings) -> None:
    """Make or change the consumer. One of an earlier version was asked for messages: its place is taken.

    A work queue keeps what was not acknowledged, so the new consumer delivers it.
    """
    with contextlib.suppress(NotFoundError):
        found = await jetstream.consumer_info(channel.stream, channel.fetches.value)
        if found.config.deliver_subject != channel.delivery_subject:
            await jetstream.delete_consumer(channel.stream, channel.fetches.value)
    await jetstream.add_consumer(channel.stream, consumer_config(channel, settings))


def stream_config(channel: RelayChannel, settings: RelaySettings) -> StreamConfig:
    """The stream of ``channel``: limits from the settings, nothing by which a putter could delete or hide messages."""
    hours = settings.command_max_age_hours if channel is COMMANDS else settings.result_max_age_hours
    return StreamConfig(
        name=channel.stream,
        subjects=[channel.subject],
        retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_bytes=settings.max_stream_bytes,
        max_msg_size=settings.max_message_bytes,
        max_age=hours * 3600,
        duplicate_window=_DUPLICATE_WINDOW_SECONDS,
        allow_rollup_hdrs=False,
        allow_direct=False,
        deny_purge=False,
    )


def consumer_config(channel: RelayChannel, settings: RelaySettings) -> ConsumerConfig:
    """The one consumer of ``channel``: explicit acknowledgement, no end to deliveries, and one subject to deliver to.

    It is pushed and never asked (ADR 0707): whoever may ask may also name where the answers go, and a request that
    outlives its connection starves everybody else.
    """
    return ConsumerConfig(
        durable_name=channel.fetches.value,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=settings.redeliver_seconds,
        max_deliver=-1,
        max_ack_pending=channel.unacknowledged,
        deliver_subject=channel.delivery_subject,
    )
