"""``init``: make the data folder, its keys and the settings template. Doing it again changes nothing that is there."""

from __future__ import annotations

import secrets
from pathlib import Path

from keiki.foundation.files.drafts import write_whole
from keiki.office.config.folder import DataFolder
from keiki.office.credentials.vault import Vault
from keiki.protocols.sealing.identity import Identity, Zone
from keiki.relay.client import create_login

TEMPLATE = """\
# Settings of Keiki's office. Every key: docs/operations/office.md. Unknown keys are refused.

[office]
# name = "配電営業所"
# phone = ""
# catalogue = "kansai-2015"  # one that is shipped, or a folder
# sources = "sources.toml"

[relay]
# url = "tls://relay.example:4222"
# ca_file = "relay-ca.pem"

[mail]
# host = "mail.example"
# port = 25
# sender = "route-b@utility.example"
"""


def make_folder(path: Path, name: str) -> DataFolder:
    """Make what is missing: folder, keys (mode 0600), settings. ``name`` is the identity's."""
    data = DataFolder(path)
    data.path.mkdir(parents=True, exist_ok=True)
    data.keys.mkdir(mode=0o700, exist_ok=True)
    data.keys.chmod(0o700)
    if not (data.keys / "office.identity").exists():
        _write(data.keys / "office.identity", Identity.generate(Zone.OFFICE, name).to_pem())
    if not (data.keys / "django-secret").exists():
        _write(data.keys / "django-secret", secrets.token_urlsafe(50).encode())
    if not (data.keys / "vault.kek").exists():
        Vault.create(data.keys / "vault.kek")
    if not (data.keys / "relay.nk").exists():
        create_login(data.keys / "relay.nk")
    if not data.settings_file.exists():
        write_whole(data.settings_file, TEMPLATE.encode())
    return data


def _write(file: Path, content: bytes) -> None:
    """Write a private file, complete or not at all."""
    write_whole(file, content)
