"""Apps that have another label than in older databases: their tables and rows take the present one.

No migration can do this. Django checks the history first, and allauth's applied migrations depend on the label of the
app that holds the users: ``migrate`` would stop, or make empty tables beside the full ones (ADR 0953).
"""

from __future__ import annotations

from django.db import connection, transaction

RENAMED = {"service": "contracts", "devices": "keys", "access": "users"}
"""The present label by the former."""


def rename_apps() -> list[str]:
    """Rename tables, applied migrations and content types, all or nothing; returns what was renamed, in words.

    Stored sessions name their back end by the former module, and Django would drop each: they are removed here, so
    everybody logs in again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if "django_migrations" not in tables:
            return []
        cursor.execute("SELECT app FROM django_migrations WHERE name = '0001_initial'")
        begun = {str(app) for (app,) in cursor.fetchall()}
        found = {old: new for old, new in RENAMED.items() if old in begun}
        for old, new in found.items():
            _rename(old, new, tables)
        if found and "django_session" in tables:
            cursor.execute("DELETE FROM django_session")
    return [f"{old} renamed to {new}" for old, new in found.items()]


def _rename(old: str, new: str, tables: list[str]) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in tables:
            if table.startswith(f"{old}_"):
                renamed = f"{new}_{table.removeprefix(f'{old}_')}"
                cursor.execute(f"ALTER TABLE {quote(table)} RENAME TO {quote(renamed)}")
        cursor.execute("UPDATE django_migrations SET app = %s WHERE app = %s", [new, old])
        cursor.execute("UPDATE django_content_type SET app_label = %s WHERE app_label = %s", [new, old])
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, CURRENT_TIMESTAMP)",
            [old, f"9999_renamed_to_{new}"],  # an older program must not make the old tables anew
        )
