"""The lines of a statement: summed from its settlements, held against them, opened to them, and told what they return."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Case, Exists, OuterRef, QuerySet, Sum, Value, When

from common.money import ZERO
from settlement.enums import StatementStatus
from settlement.models import Statement, StatementLine

# What the settlements of one line have in common, and what is summed of them.
KEY = ("home_province_id", "insurance", "service", "settled_month", "returned", "origin_period")
LINE = (*KEY, "visits", "total", "fund", "account")

# An institution has one province, and what is returned comes from an earlier period: neither need be grouped by.
INSERT_LINES = """
WITH lines AS (
    INSERT INTO settlement_statementline (
        statement_id, home_province_id, host_province_id, insurance, service, settled_month, returned, origin_period,
        paid_back, visits, total, fund, account, deducted, amount)
    SELECT statement.id, sums.home_province_id, sums.host_province_id, sums.insurance, sums.service, sums.settled_month,
           sums.origin_period <> %(period)s, sums.origin_period, false, sums.visits, sums.total, sums.fund, sums.account,
           0, sums.fund + sums.account
    FROM (SELECT institution_id, home_province_id, insurance, service, settled_month, origin_period,
                 max(host_province_id) AS host_province_id,
                 sum(CASE WHEN reversal_of_id IS NULL THEN 1 ELSE -1 END) AS visits,
                 sum(total) AS total, sum(fund_total) AS fund, sum(account) AS account
          FROM settlement_settlement
          WHERE period = %(period)s AND (%(institution)s::text IS NULL OR institution_id = %(institution)s)
          GROUP BY institution_id, home_province_id, insurance, service, settled_month, origin_period) AS sums
    -- Named one by one: of what was just made the table's statistics know nothing yet, and the planner would think nothing
    -- of summing everything once for each statement.
    JOIN unnest(%(ids)s::bigint[], %(institutions)s::text[]) AS statement(id, institution_id) USING (institution_id)
    ORDER BY statement.id
    RETURNING statement_id, visits, amount)
SELECT statement_id, sum(visits), sum(amount) FROM lines GROUP BY statement_id
"""


def insert(statements: Sequence[Statement]) -> None:
    """Draw the lines of statements of one period that have none yet, and add them up; the statements are not saved here."""
    # The settlements of one institution are found by key; those of many by reading the month.
    only = statements[0].institution_id if len(statements) == 1 else None
    values = {
        "period": statements[0].period,
        "institution": only,
        "ids": [statement.pk for statement in statements],
        "institutions": [statement.institution_id for statement in statements],
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT_LINES, values)
        totals = {key: (visits, amount) for key, visits, amount in cursor.fetchall()}
    for statement in statements:
        statement.visits, statement.amount = totals.get(statement.pk, (0, ZERO))


def redraw(statement: Statement) -> None:
    """Draw the lines of a statement anew, and its totals with them."""
    statement.lines.all().delete()
    insert([statement])
    statement.save(update_fields=["visits", "amount"])


def fit(statement: Statement) -> bool:
    """Whether the lines say what the settlements say now."""
    wanted = (
        settlements_of(statement)
        .order_by()
        .values_list(*KEY)
        .annotate(
            counted=Sum(Case(When(reversal_of=None, then=Value(1)), default=Value(-1))),
            cost=Sum("total"),
            fund=Sum("fund_total"),
            from_account=Sum("account"),
        )
    )
    return sorted(statement.lines.values_list(*LINE)) == sorted(wanted)


def settlements_of(statement: Statement) -> QuerySet[Any]:
    """The settlements that a statement stands for, found by key."""
    return statement.institution.settlements.filter(period=statement.period)


def settlements_of_line(line: StatementLine) -> QuerySet[Any]:
    """The settlements that a line is the sum of, found by key."""
    return settlements_of(line.statement).filter(**{name: getattr(line, name) for name in KEY})


def origin_cleared() -> Exists:
    """Whether what a line takes back stands in a sheet already; its own statement is not cleared yet."""
    origin = Statement.objects.filter(
        institution=OuterRef("statement__institution"), period=OuterRef("origin_period"), status=StatementStatus.CLEARED
    )
    return Exists(origin)


def pay_back(lines: QuerySet[StatementLine]) -> int:
    """Of the lines, those that take back what an earlier sheet cleared; called by the close alone.

    All others net in their ordinary rows, and none of these goes below zero: a reversal has the provinces, insurance and
    service of its settlement, nobody takes a settlement back twice, and the settlement is agreed before the reversal's
    month is, so it is in an earlier sheet or in this one.
    """
    return lines.filter(origin_cleared(), returned=True).update(paid_back=True)
