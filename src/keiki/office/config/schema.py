"""Whether the database is of this program's version: looked at by every process of the office when it starts.

New code on an old database would answer some pages and break on others, and old code on a new one would write what the
new one does not expect. Neither starts. What is applied is compared with the migrations' file names, by one query.
"""

from __future__ import annotations

import time
from pathlib import Path

import structlog
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection

from keiki.foundation.program.typed_command import typed
from keiki.foundation.text.counted import counted
from keiki.office.refusal import Refusal

from .renamed_apps import rename_apps

UPGRADE = "office --data DIR upgrade"
WAIT_SECONDS = 2.0
log = structlog.get_logger("keiki.office.schema")


class SchemaRefused(Refusal):
    """The database is not of this program's version; the sentence names the command that helps."""

    code = "schema_refused"


class DatabaseAbsent(SchemaRefused):
    """There are no tables yet."""

    code = "database_absent"


class DatabaseOutdated(SchemaRefused):
    """The database is of an older version."""

    code = "database_outdated"


class DatabaseNewer(SchemaRefused):
    """The database is of a newer version."""

    code = "database_newer"


def check() -> None:
    """Raise :class:`SchemaRefused` unless the database is of this program's version; ``OperationalError`` if away."""
    ours, applied = _own_migrations(), _applied()
    if not applied:
        raise DatabaseAbsent(
            f"データベースにまだ表がありません。{typed('office --data DIR init')} を実行してください",
            f"the database has no tables yet: run {typed('office --data DIR init')}",
        )
    if unknown := _known_apps_of(applied - ours):
        raise DatabaseNewer(
            f"データベースはこのプログラムより新しい版です(未知の移行 {len(unknown)} 件)。新しい版の Keiki を使うか、"
            "その前のバックアップを戻してください",
            f"the database is of a newer version than this program ({counted(len(unknown), 'unknown migration')}): "
            "use the newer Keiki, or bring back a backup from before",
        )
    if missing := ours - applied:
        raise DatabaseOutdated(
            f"データベースが古い版です(未適用の移行 {len(missing)} 件)。バックアップを取り、"
            f"業務システムの全プロセスを止めて、{typed(UPGRADE)} を実行してください",
            f"the database is of an older version ({counted(len(missing), 'migration')} to apply): make a "
            f"backup, stop every process of the office, then run {typed(UPGRADE)}",
        )


def wait_and_check() -> None:
    """Check as soon as the database answers; meanwhile say in the log that it does not."""
    while True:
        try:
            return check()
        except OperationalError as error:
            log.warning("waiting for the database", error=str(error).partition("\n")[0])
            time.sleep(WAIT_SECONDS)


def upgrade() -> list[str]:
    """Bring the database to this program's version; returns the apps renamed and the migrations applied."""
    renamed = rename_apps()
    before = _applied()
    if _known_apps_of(before - _own_migrations()):
        check()  # says that the database is newer
    call_command("migrate", verbosity=0, interactive=False)
    return renamed + sorted(f"{app}.{name}" for app, name in _applied() - before)


def _own_migrations() -> set[tuple[str, str]]:
    """The migrations of this program, by app and name, as their files are called."""
    found = set()
    for app in apps.get_app_configs():
        folder = Path(app.path) / "migrations"
        found |= {(app.label, file.stem) for file in folder.glob("[!_]*.py")}
    return found


def _applied() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return set()
        cursor.execute("SELECT app, name FROM django_migrations")
        return {(str(app), str(name)) for app, name in cursor.fetchall()}


def _known_apps_of(migrations: set[tuple[str, str]]) -> set[tuple[str, str]]:
    labels = {app.label for app in apps.get_app_configs()}
    return {(app, name) for app, name in migrations if app in labels}
