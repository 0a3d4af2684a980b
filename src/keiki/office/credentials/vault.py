"""The vault: AES-256-GCM under a key-encryption key that lives in a file of its own (32 bytes, mode 0600).

What is sealed is bound to the row it is kept in: supply point, generation and which half it is are the additional
authenticated data, so a value moved to another row, or one half put in place of the other, does not open.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keiki.office.refusal import Refusal

KEY_SIZE = 32
NONCE_SIZE = 12


class VaultError(Refusal):
    """The key file cannot be used, or a value does not open. Never says anything of the value."""

    code = "vault_error"


class Vault:
    """Seals and opens under one key-encryption key. Shows nothing of it."""

    __slots__ = ("_key", "kek_id")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_SIZE:
            raise VaultError(
                "保管庫の鍵は32バイトのはずです。鍵ファイルをバックアップから戻してください",
                "the vault's key has 32 bytes: restore the key file from its backup",
            )
        self._key = AESGCM(key)
        self.kek_id = hashlib.sha256(b"keiki vault key id" + key).hexdigest()[:16]

    @classmethod
    def create(cls, file: Path) -> Vault:
        """Make a new key file (mode 0600); never overwrites one."""
        key = AESGCM.generate_key(KEY_SIZE * 8)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(key)
        return cls(key)

    @classmethod
    def load(cls, file: Path) -> Vault:
        """Read the key file; refuse one that others may read."""
        try:
            mode = file.stat().st_mode
        except FileNotFoundError:
            raise VaultError(
                "保管庫の鍵ファイルがありません。init を実行するか、バックアップから戻してください",
                "the vault's key file is missing: run init, or restore it from its backup",
            ) from None
        if mode & 0o077:
            raise VaultError(
                "保管庫の鍵ファイルを他の人が読める状態です。chmod 600 で権限を直し、誰が読んだかを確かめてください",
                "the vault's key file may be read by others: chmod 600 it and ask who read it",
            )
        return cls(file.read_bytes())

    def seal(self, plaintext: bytes, binding: str) -> bytes:
        """Return nonce and ciphertext of ``plaintext``, bound to ``binding``."""
        nonce = os.urandom(NONCE_SIZE)
        return nonce + self._key.encrypt(nonce, plaintext, binding.encode())

    def open(self, sealed: bytes, binding: str) -> bytes:
        """Return the plaintext; raise :class:`VaultError` where key, bytes or binding are not those of the sealing."""
        try:
            return self._key.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], binding.encode())
        except (InvalidTag, ValueError):
            raise VaultError(
                "封印した値を開けません。保管庫の鍵が違うか、行が改ざんされています。セキュリティ担当に知らせてください",
                "a sealed value does not open: wrong vault key, or the row was tampered with: "
                "tell the security officer",
            ) from None

    def __repr__(self) -> str:
        return f"Vault(key {self.kek_id}, hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a vault is not pickled")
