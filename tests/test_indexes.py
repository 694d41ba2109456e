"""Every index is paid for at each row that is written: none may only repeat the beginning of another."""

import pytest
from django.db import connection

# A text key that is unique has a second index for patterns, made by Django; so does one that points at such a key.
PLAIN = """
SELECT tables.relname, indexes.relname,
       array_agg(columns.attname ORDER BY place) AS columns, bool_or(index.indisunique) AS is_unique
FROM pg_index AS index
JOIN pg_class AS indexes ON indexes.oid = index.indexrelid
JOIN pg_class AS tables ON tables.oid = index.indrelid
JOIN pg_namespace AS namespaces ON namespaces.oid = tables.relnamespace AND namespaces.nspname = 'public'
CROSS JOIN unnest(index.indkey) WITH ORDINALITY AS keys(number, place)
JOIN pg_attribute AS columns ON columns.attrelid = tables.oid AND columns.attnum = keys.number
WHERE index.indpred IS NULL AND indexes.relname NOT LIKE '%%_like' AND NOT tables.relispartition
GROUP BY tables.relname, indexes.relname
"""
BIG = (
    "settlement_settlement", "settlement_yearamounts", "settlement_statementline", "filings_filing", "clearing_sheetrow",
    "registry_insuredperson", "registry_enrolment", "common_term", "common_statuschange",
)  # fmt: skip


@pytest.mark.parametrize("table", BIG)
def test_no_index_of_a_big_table_only_repeats_the_beginning_of_another(db: None, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        held = [(name, columns, unique) for of, name, columns, unique in cursor.fetchall() if of == table]
    assert held
    for name, columns, unique in held:
        longer = [other for other, more, _ in held if other != name and more[: len(columns)] == columns]
        assert unique or not longer, f"{name} repeats {longer[0]}"


@pytest.mark.parametrize(
    ("table", "column"), [("settlement_settlement", "host_area_id"), ("filings_filing", "agency_id")]
)
def test_a_key_of_a_big_table_has_no_index_for_patterns(db: None, table: str, column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE %s",
            [table, f"%({column} varchar_pattern_ops)%"],
        )
        assert cursor.fetchall() == []
