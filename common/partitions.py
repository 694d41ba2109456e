"""The big tables are cut by month from their first migration, so that a closed month can be moved as a whole."""

from typing import Any

from django.db import connection
from django.db.migrations.operations import CreateModel

from common.dates import Month

# What came before its month was opened lies in the default part and moves over with the opening.
CREATE_FUNCTION = """
CREATE FUNCTION common_open_month(parent text, month text, next_month text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part text := parent || '_' || replace(month, '-', '');
    other text := parent || '_other';
BEGIN
    IF month !~ '^[0-9]{4}-[0-9]{2}$' OR NOT EXISTS (
        SELECT FROM pg_partitioned_table WHERE partrelid = to_regclass(quote_ident(parent))
    ) THEN
        RAISE EXCEPTION 'not a month partition: % %', parent, month;
    END IF;
    IF to_regclass(quote_ident(part)) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', other);
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE month >= %L AND month < %L RETURNING *)
                    INSERT INTO %I SELECT * FROM moved', other, month, next_month, part);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part, month, next_month);
END $$
"""

OPEN_MONTH = "common_open_month(text, text, text)"
DROP_FUNCTION = f"DROP FUNCTION {OPEN_MONTH}"


class CreatePartitionedModel(CreateModel):
    """Create the model's table partitioned by its month column, with a default part that loses nothing."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        sql, params = schema_editor.table_sql(model)
        table = schema_editor.quote_name(model._meta.db_table)
        schema_editor.execute(f"{sql} PARTITION BY RANGE (month)", params)
        other = schema_editor.quote_name(f"{model._meta.db_table}_other")
        schema_editor.execute(f"CREATE TABLE {other} PARTITION OF {table} DEFAULT")


def open_months(models: list[type[Any]], first: Month, count: int) -> int:
    """Make sure that the months have parts of their own; safe to repeat, done by the owner's function."""
    with connection.cursor() as cursor:
        for model in models:
            for month in (first.next(step) for step in range(count)):
                cursor.execute(
                    "SELECT common_open_month(%s, %s, %s)", [model._meta.db_table, str(month), str(month.next())]
                )
    return len(models) * count


def partitioned_models() -> list[type[Any]]:
    """Every model whose table is cut by month."""
    from django.apps import apps

    return [model for model in apps.get_models() if getattr(model, "PARTITIONED_BY", None)]
