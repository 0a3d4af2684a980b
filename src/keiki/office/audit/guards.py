"""Triggers by which the database itself refuses to change or remove what the audit keeps: the second line of defence.

Whoever may drop a trigger passes them; that is what the chain and its checkpoints are for (``docs/audit.md``).
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = {"audit_auditevent": "position", "audit_auditcheckpoint": "number"}
"""What is guarded, and the column that says which is which."""
FUNCTION = "keiki_audit_only_adds"
SAYS = "the audit is only ever added to: nothing in it is changed or removed"
ACTS = {"sqlite": ("UPDATE", "DELETE", "INSERT"), "postgresql": ("UPDATE", "DELETE", "TRUNCATE")}


def names(vendor: str) -> list[str]:
    """Return the names of the guards there should be."""
    return [_name(table, act) for table in TABLES for act in ACTS[vendor]]


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Put the guards; those that are there are put anew."""
    remove_guards(connection)
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def remove_guards(connection: BaseDatabaseWrapper) -> None:
    """Remove the guards."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for act in ACTS[connection.vendor]:
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, act)}{on}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of guards that are not there (or, on PostgreSQL, switched off)."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in names(connection.vendor) if name not in there]


def _name(table: str, act: str) -> str:
    return f"{table}_no_{act.lower()}"


def _statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {_name(table, act)} BEFORE {act} ON {table} {_replacing(table, column, act)} "
            f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            for table, column in TABLES.items()
            for act in ACTS[vendor]
        ]
    refuse = (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    return [refuse] + [
        f"CREATE TRIGGER {_name(table, act)} BEFORE {act} ON {table} "
        f"FOR EACH {'STATEMENT' if act == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION {FUNCTION}()"
        for table in TABLES
        for act in ACTS[vendor]
    ]


def _replacing(table: str, column: str, act: str) -> str:
    """On SQLite ``INSERT OR REPLACE`` removes a row without asking a trigger on DELETE: refuse to insert over one."""
    if act != "INSERT":
        return ""
    return f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR {column} = NEW.{column})"  # noqa: S608 - our names
