"""What both sides rely on: bytes put are bytes fetched, acknowledged ones are gone, and nothing else is ever lost."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from relay_rig import Relay, eventually, logged_in, raw_client

from keiki.relay.client import (
    LoginKeyError,
    PutRefused,
    RelayClient,
    RelayDenied,
    RelayUnavailable,
    Side,
    create_login,
    is_login_name,
    login_name,
)
from keiki.relay.client.subjects import put_by

OFFICE, CONTROL = Side.OFFICE, Side.CONTROL


class TestLoginKeys:
    def test_a_seed_is_for_its_owner_only(self, tmp_path: Path) -> None:
        name = create_login(tmp_path / "keys" / "relay.nk")
        assert is_login_name(name)
        assert stat.S_IMODE((tmp_path / "keys" / "relay.nk").stat().st_mode) == 0o600
        assert login_name(tmp_path / "keys" / "relay.nk") == name

    def test_a_key_is_never_overwritten(self, tmp_path: Path) -> None:
        create_login(tmp_path / "relay.nk")
        with pytest.raises(LoginKeyError, match="exists already"):
            create_login(tmp_path / "relay.nk")

    def test_a_seed_open_to_others_is_refused(self, tmp_path: Path) -> None:
        create_login(tmp_path / "relay.nk")
        os.chmod(tmp_path / "relay.nk", 0o640)
        with pytest.raises(LoginKeyError, match="open to others"):
            login_name(tmp_path / "relay.nk")

    @pytest.mark.parametrize("text", ["", "SUAAA", "not a seed", "S" * 58])
    def test_what_is_no_seed_is_refused_without_showing_it(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "relay.nk"
        path.touch(mode=0o600)
        path.write_text(text)
        with pytest.raises(LoginKeyError) as caught:
            login_name(path)
        assert not text or text not in str(caught.value)
        assert caught.value.__cause__ is None

    def test_a_missing_seed_says_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(LoginKeyError, match="run init first"):
            login_name(tmp_path / "relay.nk")

    def test_a_mistyped_name_is_noticed(self, tmp_path: Path) -> None:
        name = create_login(tmp_path / "relay.nk")
        assert not is_login_name(name[:-1] + ("A" if name[-1] != "A" else "B"))
        assert not is_login_name(name.lower())
        assert not is_login_name("")


def test_the_client_needs_nothing_but_nats(tmp_path: Path) -> None:
    code = (
        "import sys, keiki.relay.client\n"
        "roots = {m.partition('.')[0] for m in sys.modules}\n"
        "assert not roots & {'structlog', 'typer', 'cbor2', 'cryptography', 'django'}, roots\n"
        "assert not [m for m in sys.modules if m.startswith('keiki.') and not m.startswith('keiki.relay')]\n"
        "assert 'keiki.relay.server' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


async def test_connecting_to_nobody_ends_when_asked(tmp_path: Path) -> None:
    create_login(tmp_path / "relay.nk")
    with pytest.raises(RelayUnavailable, match="is it running"):
        await RelayClient.connect("nats://127.0.0.1:9", tmp_path / "relay.nk", OFFICE, wait=0.3)


@pytest.mark.slow
class TestBothWays:
    async def test_what_is_put_is_fetched_and_acknowledged_once(self, relay: Relay) -> None:
        async with logged_in(relay, OFFICE) as office, logged_in(relay, CONTROL) as control:
            for putter, fetcher in ((office, control), (control, office)):
                sent = [bytes([n]) * 600 for n in range(5)]
                for n, data in enumerate(sent):
                    await putter.put(data, b"both" + bytes([n]))
                arrived = await fetcher.fetch(8, timeout=1)
                assert [d.data for d in arrived] == sent
                assert {d.deliveries for d in arrived} == {1}
                for delivery in arrived:
                    await delivery.ack()
                assert await fetcher.fetch(8, timeout=0.2) == []

    async def test_the_same_id_is_stored_once(self, relay: Relay) -> None:
        async with logged_in(relay, OFFICE) as office, logged_in(relay, CONTROL) as control:
            await office.put(b"same", b"same id")
            await office.put(b"same", b"same id")
            arrived = await control.fetch(8, timeout=1)
            assert [d.data for d in arrived] == [b"same"]
            await arrived[0].ack()

    @pytest.mark.parametrize("side", list(Side))
    async def test_a_put_is_not_swallowed_by_what_a_stranger_put_before(self, relay: Relay, side: Side) -> None:
        """Whoever has the side's log-in knows the message's id before the message: the id of the command it answers."""
        message_id, data = os.urandom(16), os.urandom(600)
        guesses = [message_id.hex(), hashlib.sha256(message_id).hexdigest(), message_id.hex().upper()]
        async with raw_client(relay, side) as thief:
            for guess in guesses:
                junk = thief.nats.request(put_by(side).subject, b"junk", headers={"Nats-Msg-Id": guess}, timeout=2)
                assert b"error" not in (await junk).data
        fetches = CONTROL if side is OFFICE else OFFICE
        async with logged_in(relay, side) as putter, logged_in(relay, fetches) as fetcher:
            for _ in range(2):
                await putter.put(data, message_id)
            arrived = []
            while found := await fetcher.fetch(8, timeout=0.3):
                for delivery in found:
                    arrived.append(delivery.data)
                    await delivery.ack()
            assert arrived == [b"junk"] * len(guesses) + [data]

    async def test_what_is_not_acknowledged_comes_again(self, relay: Relay) -> None:
        async with logged_in(relay, OFFICE) as office, logged_in(relay, CONTROL) as control:
            await office.put(b"again", b"again")
            (first,) = await control.fetch(8, timeout=1)
            await first.nak(delay=0.2)
            assert await control.fetch(8, timeout=0.05) == []
            (second,) = await control.fetch(8, timeout=2)
            assert second.data == b"again"
            assert second.deliveries == 2
            await second.ack()

    async def test_fetch_waits_for_the_first_message(self, relay: Relay) -> None:
        async with logged_in(relay, OFFICE) as office, logged_in(relay, CONTROL) as control:
            waiting = asyncio.create_task(control.fetch(8, timeout=5))
            await asyncio.sleep(0.2)
            await office.put(b"late", b"late")
            (delivery,) = await asyncio.wait_for(waiting, 1)
            await delivery.ack()

    async def test_too_large_a_message_is_refused_at_once(self, relay: Relay) -> None:
        async with logged_in(relay, OFFICE) as office:
            with pytest.raises(PutRefused):
                await office.put(bytes(20_000), b"large")

    async def test_the_other_sides_key_is_denied_with_a_word(self, relay: Relay) -> None:
        client = await RelayClient.connect(relay.url, relay.seed(CONTROL), OFFICE, wait=5)
        try:
            with pytest.raises(RelayDenied, match=r"keiki\.commands"):
                await asyncio.wait_for(client.put(b"x", b"x"), 2)
            with pytest.raises(RelayDenied, match=r"keiki\.results\.delivered"):
                await asyncio.wait_for(client.fetch(1, timeout=1), 2)
        finally:
            await client.close()


@pytest.mark.slow
class TestThroughTrouble:
    async def test_nothing_acknowledged_is_lost_when_everything_is_killed(self, own_relay: Relay) -> None:
        own_relay.start()
        events: list[str] = []
        office = await RelayClient.connect(
            own_relay.url, own_relay.seed(OFFICE), OFFICE, wait=5, on_event=lambda e: events.append(e.kind)
        )
        try:
            for n in range(20):
                await office.put(b"%d" % n, b"%d" % n)
            own_relay.kill()
            own_relay.start()
            await asyncio.wait_for(_put_until_taken(office, b"20"), 15)
            async with logged_in(own_relay, CONTROL) as control:
                found = []
                while arrived := await control.fetch(32, timeout=0.3):
                    found += [d.data for d in arrived]
                    for delivery in arrived:
                        await delivery.ack()
            assert sorted(found, key=int) == [b"%d" % n for n in range(21)]
        finally:
            await office.close()
        assert events.count("connected") == 2

    async def test_a_full_stream_refuses_and_keeps_what_it_has(self, own_relay: Relay) -> None:
        (own_relay.folder / "settings.toml").write_text("max_stream_bytes = 1048576\n")
        own_relay.start()
        async with logged_in(own_relay, OFFICE) as office:
            taken, refusal = 0, None
            while refusal is None:
                try:
                    await office.put(bytes(15_000), b"full%d" % taken)
                    taken += 1
                except PutRefused as error:
                    refusal = str(error)
        assert "maximum bytes" in refusal
        assert 60 <= taken <= 70
        async with logged_in(own_relay, CONTROL) as control:
            arrived = 0
            while found := await control.fetch(100, timeout=0.5):
                arrived += len(found)
            assert arrived == taken

    async def test_a_key_is_shut_out_and_let_in_while_the_relay_runs(self, own_relay: Relay) -> None:
        own_relay.start()
        office = await RelayClient.connect(own_relay.url, own_relay.seed(OFFICE), OFFICE, wait=5)
        try:
            await office.put(b"before", b"before")
            own_relay.command("disallow", "--key", login_name(own_relay.seed(OFFICE)))
            assert await asyncio.to_thread(eventually, lambda: not office.connected)
            own_relay.command("allow", "--side", "office", "--key", login_name(own_relay.seed(OFFICE)))
            await asyncio.wait_for(_put_until_taken(office, b"after"), 10)
        finally:
            await office.close()
        async with logged_in(own_relay, CONTROL) as control:
            assert {d.data for d in await control.fetch(8, timeout=1)} >= {b"before", b"after"}


async def _put_until_taken(client: RelayClient, data: bytes) -> None:
    while True:
        try:
            await client.put(data, data)
        except RelayUnavailable:
            await asyncio.sleep(0.1)
        else:
            return
