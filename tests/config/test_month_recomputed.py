"""Two generated months run to their notices: every figure of their sheets comes out again from the settlements alone.

``make torture`` does the same with a million settlements.
"""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection

from common.dates import Month
from common.scheduling import JobRun, run_due
from config.generate.acts import with_acts
from config.schedule import SCHEDULE
from tests.conftest import at

FIRST, SECOND = "2026-09", "2026-10"

# Knows nothing of lines, rows and flags: a settlement goes into the sheet for which its statement was declared; what takes
# back a settlement of an earlier sheet is returned.
ROWS = """
WITH placed AS (
    SELECT settlement.*, statement.declared_period AS sheet, origin.declared_period AS sheet_of_origin
    FROM settlement_settlement AS settlement
    JOIN settlement_statement AS statement USING (institution_id, period)
    LEFT JOIN settlement_settlement AS original ON original.id = settlement.reversal_of_id
    LEFT JOIN settlement_statement AS origin
      ON origin.institution_id = original.institution_id AND origin.period = original.period
    WHERE statement.status = 'cleared')
SELECT home_province_id, host_province_id, insurance, service, coalesce(sheet_of_origin < sheet, false) AS returned,
       array_agg(DISTINCT settled_month ORDER BY settled_month), abs(sum(CASE WHEN reversal_of_id IS NULL THEN 1 ELSE -1 END)),
       abs(sum(total)), abs(sum(fund_total)), abs(sum(account)), abs(sum(fund_total + account))
FROM placed WHERE sheet = %s
GROUP BY 1, 2, 3, 4, 5 HAVING count(*) <> 0 AND (sum(total) <> 0 OR sum(fund_total + account) <> 0)
ORDER BY 1, 2, 3, 4, 5
"""
NAMES = (
    "home", "host", "insurance", "service", "returned", "months", "visits", "total", "fund", "account", "amount",
)  # fmt: skip
PARTIES = """
SELECT province.code, coalesce(sum(sheet_row.amount) FILTER (WHERE sheet_row.pays = province.code), 0),
       coalesce(sum(sheet_row.amount) FILTER (WHERE sheet_row.gets = province.code), 0)
FROM registry_region AS province
LEFT JOIN jsonb_to_recordset(%s) AS sheet_row(pays text, gets text, amount numeric)
  ON province.code IN (sheet_row.pays, sheet_row.gets)
WHERE province.level = 'province' AND province.valid_until IS NULL GROUP BY 1 ORDER BY 1
"""


def recomputed(period: str) -> list[dict[str, Any]]:
    """The rows of a sheet out of the settlements."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [period])
        return [dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()]


def provinces_of(rows: list[dict[str, Any]]) -> dict[str, tuple[Decimal, Decimal]]:
    """Payable and receivable of each province out of the rows."""
    owed = [
        {"pays": row["host" if row["returned"] else "home"], "gets": row["home" if row["returned"] else "host"],
         "amount": str(row["amount"])}
        for row in rows
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PARTIES, [json.dumps(owed)])
        return {code: (payable, receivable) for code, payable, receivable in cursor.fetchall()}


def exported(period: str, kind: str, place: Path) -> dict[str, bytes]:
    place.mkdir(parents=True)
    call_command("export_clearing", period, format=kind, out=str(place), stdout=StringIO())
    return {file.name: file.read_bytes() for file in place.iterdir()}


@pytest.mark.parametrize(
    "settlements", [2_000, pytest.param(1_000_000, marks=pytest.mark.torture)], ids=["some", "a million"]
)
def test_a_generated_month_comes_out_again_from_its_settlements(
    settlements: int, committed_db: None, settings: LazySettings, tmp_path: Path
) -> None:
    settings.DEMO = True
    for month, count in ((FIRST, settlements), (SECOND, settlements // 4)):
        call_command("generate", month=month, settlements=count, seed=1, acts="all", stdout=StringIO())
    runs = run_due(with_acts(SCHEDULE), at("2026-11-30 12:00"), since=Month.parse(FIRST).first)
    assert {run.outcome for run in runs} == {JobRun.Outcome.DONE}
    returned = 0
    for period in (FIRST, SECOND):
        document = json.loads(exported(period, "json", tmp_path / period / "first")[f"clearing-{period}.json"])
        rows = recomputed(period)
        assert [{name: row[name] for name in NAMES} for row in document["rows"]] == [
            {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}
            | {"visits": int(row["visits"])}
            for row in rows
        ]
        parties = provinces_of(rows)
        assert {
            each["code"]: (Decimal(each["payable"]), Decimal(each["receivable"])) for each in document["provinces"]
        } == parties
        assert sum(payable for payable, _ in parties.values()) == sum(receivable for _, receivable in parties.values())
        assert Decimal(document["control"]["amount"]) == sum(row["amount"] for row in rows)
        assert document["status"] == "noticed"
        for kind in ("json", "xlsx") if period == SECOND else ("json",):
            files = exported(period, kind, tmp_path / period / kind / "once")
            assert exported(period, kind, tmp_path / period / kind / "twice") == files
        returned += sum(row["returned"] for row in rows)
    assert returned, "something was taken back after it was cleared"
    call_command("check_books", stdout=StringIO())
