"""What the working role may do with each table: everything but rewrite history and money."""

from django.apps import apps
from django.db import connections

from common.partitions import OPEN_MONTH


def append_only_tables() -> list[str]:
    """Tables whose rows are never changed or deleted: a mistake is reversed by a new row."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "APPEND_ONLY", False))


def grant_working_role(owner_alias: str = "owner", working_alias: str = "default") -> None:
    """Give the working role its rights on all tables of the owner; safe to repeat, nothing where both are one."""
    working = connections[working_alias].settings_dict["USER"]
    owner = connections[owner_alias]
    if working == owner.settings_dict["USER"]:
        return
    quote = owner.ops.quote_name
    role = quote(working)
    with owner.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {OPEN_MONTH} TO {role}")
        for table in append_only_tables():
            for each in _with_partitions(cursor, table):
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(each)} FROM {role}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {quote('django_migrations')} FROM {role}")


def _with_partitions(cursor: object, table: str) -> list[str]:
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT relid::regclass::text FROM pg_partition_tree(%s::regclass)", [f'"{table}"']
    )
    return [name.strip('"') for (name,) in cursor.fetchall()] or [table]  # type: ignore[attr-defined]
