"""The server's configuration: three accounts that see of each other only what is exported to them.

``RELAY`` owns the two streams. ``OFFICE`` and ``CONTROL`` own nothing and import exactly three things each: the
service of putting on the own stream, the deliveries of the other's, the service of acknowledging them. Permissions of
users alone would not do: a user may name any subject as the reply of a request, and the server's answer would be
published there with the server's own rights. Across accounts a reply is always carried back into the account that
asked, where nothing listens but itself. Nobody asks for messages: the server delivers to one subject that stands in
the consumer's configuration (ADR 0707). The permissions stand behind the accounts as a second fence.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from keiki.relay.client.subjects import CHANNELS, Side, fetched_by, put_by
from keiki.relay.settings import RelaySettings

OWNER = "RELAY"
CONNECTIONS_EACH = 16
"""How many connections one side may have, so that neither can shut the other one out."""


def server_configuration(
    settings: RelaySettings, port: int, folder: Path, owner: str, sides: Mapping[Side, tuple[str, ...]]
) -> str:
    """Return the text of the nats-server configuration.

    ``port`` 0 lets the system choose; ``owner`` is the public name of the log-in that makes the streams. The text holds
    public names only.
    """
    sync = f"{settings.sync_seconds}s" if settings.sync_seconds else "always"
    return "\n".join(
        [
            f"listen: {_quoted(f'{settings.listen}:{port or -1}')}",
            'server_name: "keiki-relay"',
            f"ports_file_dir: {_quoted(str(folder))}",
            f"max_payload: {settings.max_message_bytes}",
            "max_control_line: 2048",
            f"max_connections: {4 * CONNECTIONS_EACH}",
            "max_subscriptions: 64",
            "disable_sublist_cache: true",
            *_tls(settings),
            "jetstream {",
            f"  store_dir: {_quoted(str(folder / 'store'))}",
            f"  sync_interval: {sync}",
            "  max_memory_store: 1048576",
            f"  max_file_store: {2 * settings.max_stream_bytes + 1048576}",
            "}",
            "system_account: SYS",
            "accounts {",
            "  SYS {}",
            f"  {OWNER} {{",
            "    jetstream: enabled",
            f"    users: [{{ nkey: {owner} }}]",
            "    exports: [",
            *(f"      {line}" for line in _exports()),
            "    ]",
            "  }",
            *(line for side in Side for line in _account(side, sides[side])),
            "}",
            "",
        ]
    )


def _tls(settings: RelaySettings) -> list[str]:
    if not settings.tls_certificate:
        return []
    files = f"cert_file: {_quoted(settings.tls_certificate)}, key_file: {_quoted(settings.tls_key)}"
    return [f'tls {{ {files}, min_version: "1.3" }}']


def _exports() -> list[str]:
    lines = []
    for channel in CHANNELS:
        puts, fetches = channel.puts.name, channel.fetches.name
        lines += [
            f'{{ service: "{channel.subject}", accounts: [{puts}] }}',
            f'{{ stream: "{channel.delivery_subject}", accounts: [{fetches}] }}',
            f'{{ service: "{channel.ack_subjects}", accounts: [{fetches}] }}',
        ]
    return lines


def _account(side: Side, names: tuple[str, ...]) -> list[str]:
    services, delivered = (put_by(side).subject, fetched_by(side).ack_subjects), fetched_by(side).delivery_subject
    publish = ", ".join(f'"{service}"' for service in services)
    subscribe = f'"{side.inbox_prefix}.>", "{delivered}"'
    permissions = f"{{ publish: {{ allow: [{publish}] }}, subscribe: {{ allow: [{subscribe}] }} }}"
    return [
        f"  {side.name} {{",
        f"    limits {{ max_connections: {CONNECTIONS_EACH} }}",
        "    users: [",
        *(f"      {{ nkey: {name}, permissions: {permissions} }}" for name in names),
        "    ]",
        "    imports: [",
        *(f'      {{ service: {{ account: {OWNER}, subject: "{service}" }} }}' for service in services),
        f'      {{ stream: {{ account: {OWNER}, subject: "{delivered}" }} }}',
        "    ]",
        "  }",
    ]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
