"""Day 20 and day 21 beside a bare GROUP BY over the rows that each reads; each round is rolled back."""

from collections.abc import Callable

from django.db import connection, connections, transaction

from benchmarks.harness import SMALL, Result, compare
from clearing import closing
from common.dates import Month
from common.scheduling import run_due
from config.generate.acts import ACTS, with_acts
from config.generate.rhythm import HOUR, at
from config.schedule import SCHEDULE, first_day
from settlement import statements
from settlement.models import Settlement, StatementLine

ROUNDS = 2 if SMALL else 5

SETTLEMENTS_GROUPED = """
SELECT count(*), sum(visits), sum(total), sum(fund), sum(account) FROM (
    SELECT institution_id, home_province_id, host_province_id, insurance, service, settled_month, returned,
           count(*) AS visits, sum(total) AS total, sum(fund_total) AS fund, sum(account) AS account
    FROM settlement_settlement WHERE period = %s
    GROUP BY institution_id, home_province_id, host_province_id, insurance, service, settled_month, returned) AS lines
"""
LINES_GROUPED = """
SELECT count(*), sum(visits), sum(total), sum(fund), sum(account), sum(deducted), sum(amount) FROM (
    SELECT home_province_id, host_province_id, insurance, service, returned,
           sum(visits) AS visits, sum(total) AS total, sum(fund) AS fund, sum(account) AS account,
           sum(deducted) AS deducted, sum(amount) AS amount
    FROM settlement_statementline
    GROUP BY home_province_id, host_province_id, insurance, service, returned) AS rows
"""


def draw(month: Month) -> Result:
    """The statements of the month, then drawn for good."""
    _gather_statistics()
    moment = at(month.next().day(1), 10 * 60)
    result = compare(
        "draw the statements", _rolled_back(lambda: statements.draw(month, moment)),
        "GROUP BY over the settlements", lambda: _ask(SETTLEMENTS_GROUPED, str(month)),
        units=Settlement.objects.filter(period=str(month)).count(), rounds=ROUNDS,
    )  # fmt: skip
    _run_until(month, 20, 23 * HOUR, "draw_statements", *ACTS)
    _run_until(month, 21, 5 * 60, "roll_statements")
    return result


def close(month: Month) -> Result:
    """The sheet of the month."""
    _gather_statistics()
    moment = at(month.next().day(21), 10 * 60)
    return compare(
        "close the month", _rolled_back(lambda: closing.close(month, moment)),
        "GROUP BY over the statement lines", lambda: _ask(LINES_GROUPED),
        units=StatementLine.objects.count(), rounds=ROUNDS,
    )  # fmt: skip


def _run_until(month: Month, day: int, second: int, *jobs: str) -> None:
    run_due(with_acts(SCHEDULE), at(month.next().day(day), second), since=first_day(), only=jobs)


def _rolled_back(act: Callable[[], object]) -> Callable[[], None]:
    def once() -> None:
        with transaction.atomic():
            act()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit would ask
            transaction.set_rollback(True)

    return once


def _ask(question: str, *values: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        cursor.fetchall()


def _gather_statistics() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
