"""The vault and its credentials: generations only grow, nobody inherits, nothing is in the clear."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from office_cast import Cast
from office_engine import everything_kept

from keiki.domain.credentials.lifecycle import CredentialState
from keiki.office.credentials import services as credentials
from keiki.office.credentials.models import RouteBCredential
from keiki.office.credentials.vault import Vault, VaultError
from keiki.protocols.sealing.message import SealingPurpose

POINT = "0612345678901234567890"


def target(cast: Cast, unit: str = "TCR1") -> credentials.EnvelopeTarget:
    return credentials.EnvelopeTarget(
        SealingPurpose.RELAY, cast.control.card, unit, cast.now.replace(year=cast.now.year + 1)
    )


def born(cast: Cast, contract: str = "K1", *, issue: bool = True) -> RouteBCredential:
    credential = credentials.create_credential(cast.act(), cast.vault, POINT, contract)
    if issue:
        credentials.issue(cast.act(), cast.vault, cast.office, credential, target(cast))
    return credential


def the_id(cast: Cast, credential: RouteBCredential) -> str:
    return credentials.authentication_id_for(cast.act(), cast.vault, credential, "test").reveal()


def the_password(cast: Cast, credential: RouteBCredential) -> str:
    return credentials.password_for(cast.act(), cast.vault, credential, "test").reveal()


def test_a_customer_keeps_the_id_and_gets_another_password(cast: Cast) -> None:
    first, second = born(cast), born(cast)
    assert (first.generation, second.generation) == (1, 2)
    assert the_id(cast, first) == the_id(cast, second)
    assert the_password(cast, first) != the_password(cast, second)


def test_the_next_customer_inherits_nothing_but_the_count(cast: Cast) -> None:
    first, second = born(cast, "K1"), born(cast, "K2")
    assert second.generation == 2
    assert the_id(cast, first) != the_id(cast, second)


def test_a_proof_supersedes_older_generations_and_forgets_their_values(cast: Cast) -> None:
    first, second = born(cast), born(cast)
    assert credentials.prove(cast.act(), first) is credentials.ProofEffect.PROVED
    assert credentials.prove(cast.act(), second) is credentials.ProofEffect.PROVED
    first.refresh_from_db()
    assert first.state == CredentialState.SUPERSEDED
    assert not first.sealed_id
    assert not first.sealed_password
    assert the_id(cast, second)


def test_a_late_proof_does_not_resurrect_a_superseded_generation(cast: Cast) -> None:
    first, second = born(cast), born(cast)
    credentials.prove(cast.act(), second)
    assert credentials.prove(cast.act(), first) is credentials.ProofEffect.SUPERSEDED
    first.refresh_from_db()
    assert first.state == CredentialState.SUPERSEDED


def test_a_late_proof_beats_a_discard_unless_a_newer_one_was_proved(cast: Cast) -> None:
    first = born(cast)
    credentials.discard(cast.act(), first, "the order expired")
    assert credentials.prove(cast.act(), first) is credentials.ProofEffect.PROVED
    second, third = born(cast), born(cast)
    credentials.discard(cast.act(), second, "the order expired")
    credentials.prove(cast.act(), third)
    assert credentials.prove(cast.act(), second) is credentials.ProofEffect.SUPERSEDED


def test_after_delivery_the_office_forgets_the_password_and_keeps_the_id(cast: Cast) -> None:
    credential = born(cast)
    known = the_id(cast, credential)
    credentials.prove(cast.act(), credential)
    credentials.deliver(cast.act(), credential)
    credential.refresh_from_db()
    assert not credential.sealed_password
    assert the_id(cast, credential) == known
    assert the_id(cast, born(cast)) == known


def test_a_credential_that_nobody_holds_is_kept_nowhere(cast: Cast) -> None:
    credential, envelope = credentials.issue_erasing_credential(cast.act(), cast.office, POINT, "K1", target(cast))
    assert envelope
    credential.refresh_from_db()
    assert credential.nobody_holds
    assert not credential.sealed_id
    assert not credential.sealed_password


def test_a_value_moved_to_another_row_or_the_other_half_does_not_open(cast: Cast) -> None:
    first, second = born(cast), born(cast)
    second.sealed_password = first.sealed_password
    with pytest.raises(VaultError):
        the_password(cast, second)
    first.sealed_password = first.sealed_id
    with pytest.raises(VaultError):
        the_password(cast, first)


@pytest.mark.django_db(transaction=True)
def test_no_value_is_in_the_database_in_a_repr_or_in_a_log(
    committed_cast: Cast, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    cast = committed_cast
    credential = born(cast)
    secrets = [the_id(cast, credential), the_password(cast, credential)]
    stored = everything_kept()
    assert credential.communication_unit.encode() in stored
    shown = repr(credential) + str(credential.__dict__) + repr(cast.vault) + caplog.text + "".join(capfd.readouterr())
    for secret in secrets:
        assert secret.encode() not in stored
        assert secret.encode("utf-16-le") not in stored
        assert secret not in shown


@pytest.mark.parametrize(("opens", "happened"), [(the_password, "PasswordOpened"), (the_id, "AuthenticationIdOpened")])
def test_every_opening_is_audited(cast: Cast, opens: Callable[..., str], happened: str) -> None:
    credential = born(cast)
    opens(cast, credential)
    from keiki.office.audit.models import AuditEvent

    event = AuditEvent.objects.get(happened=happened)
    assert (event.by, event.details) == ("佐藤", {"why": "test"})
    assert (event.subject, event.supply_point) == (credential.reference, POINT)


def test_the_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "kek"
    vault = Vault.create(file)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        Vault.create(file)
    assert Vault.load(file).open(vault.seal(b"x", "row"), "row") == b"x"
    file.chmod(0o640)
    with pytest.raises(VaultError, match="chmod 600"):
        Vault.load(file)
    with pytest.raises(TypeError):
        pickle.dumps(vault)


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    one, other = Vault.create(tmp_path / "one"), Vault.create(tmp_path / "other")
    with pytest.raises(VaultError):
        other.open(one.seal(b"x", "row"), "row")
