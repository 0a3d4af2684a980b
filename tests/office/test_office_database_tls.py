"""The way to PostgreSQL on another machine: encrypted, and only to the server with the right authority and name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from office_engine import database_section
from office_rig import run

from engines import Absent, without
from keiki.office.config.database import described
from keiki.office.config.folder import BadSettings, DataFolder, OfficeSettings
from postgresql_engine import PostgreSQL

REMOTE = '[database]\nengine = "postgresql"\nuser = "keiki"\nhost = "{}"\n'


@dataclass(frozen=True)
class Authority:
    """A certificate authority for one test run."""

    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    @classmethod
    def make(cls, name: str) -> Authority:
        return cls(ec.generate_private_key(ec.SECP256R1()), _named(name))

    def certify(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, more: x509.ExtensionType) -> bytes:
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(more, critical=isinstance(more, x509.BasicConstraints))
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM)

    def write(self, file: Path) -> Path:
        file.write_bytes(self.certify(self.name, self.key, x509.BasicConstraints(ca=True, path_length=None)))
        return file


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make("the utility's authority")


@pytest.fixture(scope="module")
def server(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """A PostgreSQL that talks TLS only, with a certificate for ``localhost``."""
    try:
        made = PostgreSQL()
    except Absent as absent:
        without(absent)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = authority.certify(_named("db"), key, x509.SubjectAlternativeName([x509.DNSName("localhost")]))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for name, content in (("server.pem", certificate), ("server.key", private)):
        file = made.folder / name
        file.touch(mode=0o600)
        file.write_bytes(content)
        shutil.chown(file, made.folder.stat().st_uid, made.folder.stat().st_gid)
    hba = made.folder / "data" / "pg_hba.conf"
    hba.write_text("hostnossl all all all reject\n" + hba.read_text())
    made.say(
        f"ALTER SYSTEM SET ssl_cert_file = '{made.folder}/server.pem'",
        f"ALTER SYSTEM SET ssl_key_file = '{made.folder}/server.key'",
        "ALTER SYSTEM SET ssl = on",
        "SELECT pg_reload_conf()",
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def folder(tmp_path: Path, server: PostgreSQL, request: pytest.FixtureRequest) -> Path:
    """An office's folder whose settings lead to the server by the name that its certificate is for."""
    office, name = tmp_path / "office", f"keiki_{abs(hash(request.node.name))}"
    section = database_section(server, office, name).replace('"127.0.0.1"', '"localhost"')
    (office / "settings.toml").write_text(section)
    return office


def say(folder: Path, more: str, **instead: str) -> None:
    text = (folder / "settings.toml").read_text()
    for old, new in instead.items():
        text = text.replace(old, new)
    (folder / "settings.toml").write_text(text + more)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_office_works_over_tls_with_a_server_it_knows(
    folder: Path, authority: Authority, server: PostgreSQL
) -> None:
    authority.write(folder / "ca.pem")
    say(folder, 'ca_file = "ca.pem"\n')
    assert run("office", "--data", folder, "init", "--json")["exit"] == 0
    options = described(DataFolder(folder), DataFolder(folder).settings())
    login = {"user": options["USER"], "password": options["PASSWORD"], "dbname": options["NAME"]}
    with psycopg.connect(host="localhost", port=server.port, **login, **options["OPTIONS"]) as connection:
        found = connection.execute("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert found in ((True, "TLSv1.3"), (True, "TLSv1.2"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_server_of_another_authority_is_refused(folder: Path) -> None:
    Authority.make("somebody else's").write(folder / "ca.pem")
    say(folder, 'ca_file = "ca.pem"\n')
    refused = run("office", "--data", folder, "init", "--json")
    assert (refused["exit"] != 0, refused["code"]) == (True, "database_unavailable")
    assert "certificate verify failed" in str(refused)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_server_of_another_name_is_refused(folder: Path, authority: Authority) -> None:
    authority.write(folder / "ca.pem")
    say(folder, 'ca_file = "ca.pem"\n', localhost="127.0.0.1")
    refused = run("office", "--data", folder, "init", "--json")
    assert (refused["exit"] != 0, refused["code"]) == (True, "database_unavailable")
    assert 'does not match host name "127.0.0.1"' in str(refused)


def test_an_authority_that_is_not_there_or_no_certificate_is_refused_by_name(tmp_path: Path) -> None:
    data, settings = DataFolder(tmp_path), OfficeSettings.from_toml(REMOTE.format("db.example") + 'ca_file = "ca.pem"')
    with pytest.raises(BadSettings, match=r"database\.ca_file: .*ca\.pem cannot be read"):
        described(data, settings)
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(BadSettings, match=r"database\.ca_file") as refused:
        described(data, settings)
    assert "認証局の証明書(PEM)として読めません" in refused.value.sentence[0]


@pytest.mark.parametrize("host", ["", "localhost", "127.0.0.1", "::1", "/run/postgresql"])
def test_a_server_on_this_machine_needs_no_certificate(host: str, tmp_path: Path) -> None:
    options = described(DataFolder(tmp_path), OfficeSettings.from_toml(REMOTE.format(host)))["OPTIONS"]
    assert "sslmode" not in options


def test_another_machine_without_a_certificate_only_where_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as refused:
        OfficeSettings.from_toml(REMOTE.format("db.example"))
    ja, en = refused.value.sentence
    assert "認証局(PEM)を" in ja
    assert "plaintext = true" in ja
    assert "plaintext = true" in en
    said = OfficeSettings.from_toml(REMOTE.format("db.example") + "plaintext = true")
    assert "sslmode" not in described(DataFolder(tmp_path), said)["OPTIONS"]


@pytest.mark.parametrize(
    ("host", "variable"), [("", "PGHOST"), ("", "PGSERVICE"), ("", "PGHOSTADDR"), ("localhost", "PGHOSTADDR")]
)
def test_no_variable_leads_elsewhere(host: str, variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "db.example")
    with pytest.raises(BadSettings, match=variable):
        described(DataFolder(tmp_path), OfficeSettings.from_toml(REMOTE.format(host)))
