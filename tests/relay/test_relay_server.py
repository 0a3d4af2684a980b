"""The relay's process: how it starts, what it writes, and that it leaves nothing behind however it ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sysconfig
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig
from relay_rig import Relay, alive, eventually, logged_in, make_relay, relay_command

from keiki.foundation.settings.errors import WrongSettingError
from keiki.relay.client import Side, create_login, login_name
from keiki.relay.client.login import name_of_seed, new_seed
from keiki.relay.client.subjects import CHANNELS
from keiki.relay.configuration import server_configuration
from keiki.relay.operator_messages import MESSAGES
from keiki.relay.settings import RelaySettings, read_settings
from keiki.relay.sides import SidesError, allow, disallow, read_sides
from keiki.relay.streams import make_streams


class TestSettings:
    def test_nothing_need_be_set(self, tmp_path: Path) -> None:
        assert read_settings(tmp_path / "settings.toml") == RelaySettings()

    @pytest.mark.parametrize(
        ("text", "en", "ja"),
        [
            ("prot = 4222", "prot: unknown key", "prot: このような項目はありません"),
            ("port = '4222'", "port: must be a whole number", "port: 整数で指定"),
            ("port = 70000", "port: must be from 0 to 65535", "port: 0から65535の間"),
            ("listen = 'x\"}'", "listen: must have no quotation mark", "listen: 引用符"),
            ("listen = ''", "listen: must be an address", "listen: 待ち受けるアドレス"),
            ("sync_seconds = -1", "sync_seconds: must be from 0 to 120", "sync_seconds: 0から120の間"),
            ("max_message_bytes = true", "max_message_bytes: must be a whole number", "max_message_bytes: 整数で"),
            ("max_stream_bytes = 1024", "max_stream_bytes: must be at least 1048576", "1048576以上"),
            ("tls_certificate = 'a.pem'", "go together", "両方必要"),
            ("port =", "this is not TOML", "TOMLとして読めません"),
            ("listen = '10.0.0.5'", "listen: '10.0.0.5' is off this machine", "listen: 「10.0.0.5」はこの機械の外"),
            ("listen = '0.0.0.0'", "off this machine", "この機械の外"),
            ("listen = 'relay.example'", "off this machine", "この機械の外"),
            ("tls_certificate = 'no.pem'\ntls_key = 'no.key'", "tls_certificate: names", "tls_certificate: "),
            ("plaintext = " + "[" * 9999, "this is not TOML", "TOMLとして読めません"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, tmp_path: Path, text: str, en: str, ja: str) -> None:
        (tmp_path / "settings.toml").write_text(text)
        with pytest.raises(WrongSettingError) as refused:
            read_settings(tmp_path / "settings.toml")
        for said, wanted in ((refused.value.text.en, en), (refused.value.text.ja, ja)):
            assert wanted in said
            assert str(tmp_path / "settings.toml") in said

    def test_a_relative_file_name_is_one_of_the_data_folder(self, tmp_path: Path) -> None:
        for name in ("relay.pem", "relay.key"):
            (tmp_path / name).touch()
        (tmp_path / "settings.toml").write_text("tls_certificate = 'relay.pem'\ntls_key = 'relay.key'\n")
        settings = read_settings(tmp_path / "settings.toml")
        assert (settings.tls_certificate, settings.tls_key) == (
            str(tmp_path / "relay.pem"),
            str(tmp_path / "relay.key"),
        )

    def test_in_the_clear_over_a_network_only_where_it_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "settings.toml").write_text("listen = '10.0.0.5'\nplaintext = true\n")
        assert read_settings(tmp_path / "settings.toml").listen == "10.0.0.5"
        for here in ("127.0.0.1", "127.8.8.8", "localhost", "[::1]"):
            (tmp_path / "settings.toml").write_text(f"listen = '{here}'\n")
            assert read_settings(tmp_path / "settings.toml").listen == here

    def test_every_setting_is_documented(self) -> None:
        page = (Path(__file__).parents[2] / "docs/operations/relay-and-control.md").read_text()
        missing = [name for name in RelaySettings.__dataclass_fields__ if f"`{name}`" not in page]
        assert missing == []


class TestWhoIsAllowed:
    def test_a_name_belongs_to_one_side_only(self, tmp_path: Path) -> None:
        name = create_login(tmp_path / "a.nk")
        assert allow(tmp_path / "allowed.json", Side.OFFICE, name)
        assert not allow(tmp_path / "allowed.json", Side.OFFICE, name)
        with pytest.raises(SidesError, match="allowed on the office side") as refused:
            allow(tmp_path / "allowed.json", Side.CONTROL, name)
        assert "office 側で許可されています" in refused.value.text.ja
        assert disallow(tmp_path / "allowed.json", name)
        assert not disallow(tmp_path / "allowed.json", name)
        assert allow(tmp_path / "allowed.json", Side.CONTROL, name)

    def test_a_seed_given_by_mistake_is_refused_and_not_repeated(self, tmp_path: Path) -> None:
        create_login(tmp_path / "a.nk")
        seed = (tmp_path / "a.nk").read_text().strip()
        with pytest.raises(SidesError) as caught:
            allow(tmp_path / "allowed.json", Side.OFFICE, seed)
        assert seed not in str(caught.value)
        assert not (tmp_path / "allowed.json").exists()

    @pytest.mark.parametrize("text", ["[]", '{"office": ["}"]}', '{"office": 3}', "{", '{"office": "UA"}'])
    def test_a_spoilt_register_is_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "allowed.json").write_text(text)
        with pytest.raises(SidesError):
            read_sides(tmp_path / "allowed.json")


def test_the_configuration_holds_public_names_only(tmp_path: Path) -> None:
    names = {side: (create_login(tmp_path / f"{side}.nk"),) for side in Side}
    text = server_configuration(RelaySettings(), 0, tmp_path, names[Side.OFFICE][0], names)
    assert all(name in text for (name,) in names.values())
    assert not any((tmp_path / f"{side}.nk").read_text().strip() in text for side in Side)


@pytest.mark.slow
class TestTheProcess:
    def test_it_starts_within_a_second_says_where_and_stops_clean(self, own_relay: Relay) -> None:
        for _ in range(2):
            own_relay.start()
            own_relay.stop()
        own_relay.start()
        assert min(_seconds_to_ready(own_relay)) < 1.0
        running = own_relay.running
        assert running["url"].startswith("nats://127.0.0.1:")
        assert stat.S_IMODE((own_relay.folder / "nats.conf").stat().st_mode) == 0o600
        assert stat.S_IMODE(own_relay.folder.stat().st_mode) == 0o700
        assert own_relay.stop() == 0
        assert not alive(running["server_pid"])
        assert not (own_relay.folder / "relay.json").exists()
        for line in (own_relay.folder / "log").read_text().splitlines():
            assert json.loads(line)["level"] in {"info", "debug"}, line

    async def test_killed_it_leaves_no_server_and_starts_again_with_everything(self, own_relay: Relay) -> None:
        own_relay.start()
        url = own_relay.url
        async with logged_in(own_relay, Side.OFFICE) as office:
            await office.put(b"kept", b"kept")
        server = own_relay.kill()
        assert eventually(lambda: not alive(server))
        own_relay.start()
        assert own_relay.url == url
        async with logged_in(own_relay, Side.CONTROL) as control:
            assert [d.data for d in await control.fetch(8, timeout=1)] == [b"kept"]

    def test_it_ends_when_its_server_dies(self, own_relay: Relay) -> None:
        own_relay.start()
        subprocess.run(["kill", "-9", str(own_relay.running["server_pid"])], check=True)
        assert own_relay.process
        assert own_relay.process.wait(10) == 1
        assert "ended by itself" in (own_relay.folder / "log").read_text()
        assert own_relay.process.stdout
        own_relay.process.stdout.close()

    def test_a_folder_of_a_newer_version_is_refused_and_left_as_it_is(self, own_relay: Relay) -> None:
        (own_relay.folder / "version").write_text("99")
        command = relay_command("run", "--data", str(own_relay.folder))
        said = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        assert said.returncode == 2
        assert "written by a newer version (format 99" in said.stderr
        assert "Traceback" not in said.stderr
        assert (own_relay.folder / "version").read_text() == "99"

    def test_two_relays_never_share_a_folder(self, own_relay: Relay) -> None:
        own_relay.start()
        second = subprocess.Popen(relay_command("run", "--data", str(own_relay.folder)), stderr=subprocess.PIPE)
        _, errors = second.communicate(timeout=30)
        assert second.returncode == 2
        assert b"another relay runs" in errors
        assert own_relay.process
        assert own_relay.process.poll() is None

    def test_a_folder_that_was_not_made_is_named(self, tmp_path: Path) -> None:
        done = subprocess.run(relay_command("run", "--data", str(tmp_path / "no")), capture_output=True, check=False)
        assert done.returncode == 2
        assert b"relay init --data" in done.stderr
        assert b"Traceback" not in done.stderr

    def test_a_bad_setting_stops_the_start(self, own_relay: Relay) -> None:
        (own_relay.folder / "settings.toml").write_text("colour = 3\n")
        done = subprocess.run(relay_command("run", "--data", str(own_relay.folder)), capture_output=True, check=False)
        assert done.returncode == 2
        assert b"settings.toml:1: colour: unknown key" in done.stderr
        assert b"Traceback" not in done.stderr
        japanese = subprocess.run(
            relay_command("run", "--data", str(own_relay.folder)),
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "ja_JP.UTF-8"},
        )
        assert "colour: このような項目はありません" in japanese.stderr.decode()

    def test_interrupting_it_is_a_clean_stop(self, own_relay: Relay) -> None:
        own_relay.start()
        assert own_relay.process
        own_relay.process.send_signal(signal.SIGINT)
        assert own_relay.process.wait(10) == 0
        assert own_relay.process.stdout
        own_relay.process.stdout.close()


@pytest.mark.slow
async def test_the_store_of_an_earlier_version_is_taken_over(own_relay: Relay) -> None:
    """Its consumers were asked for messages; what waits there is delivered, and the log-ins go on."""
    seed = new_seed()
    with _server_over(own_relay.folder, name_of_seed(seed)) as url:
        await make_streams(url, seed, RelaySettings())
        owner = Client()
        await owner.connect(url, nkeys_seed_str=seed)
        for channel in CHANNELS:
            asked = ConsumerConfig(durable_name=channel.fetches.value, ack_policy=AckPolicy.EXPLICIT, ack_wait=60)
            await owner.jetstream().delete_consumer(channel.stream, channel.fetches.value)
            await owner.jetstream().add_consumer(channel.stream, asked)
            for n in range(3):
                await owner.jetstream().publish(channel.subject, b"%d" % n)
            under_way = await owner.jetstream().pull_subscribe_bind(channel.fetches.value, channel.stream)
            assert [message.data for message in await under_way.fetch(1)] == [b"0"]
        await owner.close()
    own_relay.start()
    for side in Side:
        async with logged_in(own_relay, side) as client:
            found: list[bytes] = []
            while deliveries := await client.fetch(8, timeout=0.5):
                for delivery in deliveries:
                    found.append(delivery.data)
                    await delivery.ack()
            assert found == [b"0", b"1", b"2"]
    own_relay.stop()


@contextlib.contextmanager
def _server_over(folder: Path, owner: str) -> Iterator[str]:
    """A nats-server over a relay's store with nothing of the relay around it."""
    configuration = folder.parent / "bare.conf"
    configuration.write_text(server_configuration(RelaySettings(), 0, folder, owner, dict.fromkeys(Side, ())))
    program = Path(sysconfig.get_path("scripts")) / "nats-server"
    process = subprocess.Popen([program, "-c", str(configuration)], stderr=subprocess.DEVNULL)
    ports = folder / f"nats-server_{process.pid}.ports"
    try:
        assert eventually(lambda: ports.exists() and bool(ports.read_text()))
        yield next(iter(json.loads(ports.read_text()).values()))[0]
    finally:
        process.terminate()
        process.wait(10)


def _seconds_to_ready(relay: Relay) -> list[float]:
    """How long each start took from its first log line, when Python had loaded the program, until it served."""
    lines = [json.loads(line) for line in (relay.folder / "log").read_text().splitlines()]
    times = {
        event: [datetime.fromisoformat(line["timestamp"]) for line in lines if line["event"] == event]
        for event in ("log-ins allowed", "relay ready")
    }
    return [(r - a).total_seconds() for a, r in zip(times["log-ins allowed"], times["relay ready"], strict=True)]


def make_certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "relay.pem", folder / "relay.key"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=relay", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", *kind, *name, "-out", str(certificate), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@pytest.mark.slow
async def test_over_tls_the_relay_is_believed_by_its_authority(tmp_path: Path) -> None:
    relay = make_relay(tmp_path)
    certificate, key = make_certificate(tmp_path)
    (relay.folder / "settings.toml").write_text(
        f'tls_certificate = "../{certificate.name}"\ntls_key = "../{key.name}"\n'
    )
    relay.start()
    try:
        assert relay.url.startswith("tls://")
        async with logged_in(relay, Side.OFFICE, certificate) as office:
            await office.put(b"sealed twice", b"tls")
        async with logged_in(relay, Side.CONTROL, certificate) as control:
            assert [d.data for d in await control.fetch(8, timeout=1)] == [b"sealed twice"]
        with pytest.raises(Exception, match="no log-in"):
            async with logged_in(relay, Side.OFFICE):
                pass
        assert login_name(relay.seed(Side.OFFICE)) in (relay.folder / "nats.conf").read_text()
    finally:
        relay.stop()


def test_every_message_to_the_operator_is_japanese_and_english() -> None:
    for code, text in MESSAGES.items():
        assert not text.ja.isascii(), code
        assert text.en.isascii(), code
