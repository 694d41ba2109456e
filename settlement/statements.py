"""The month of each institution: drawn up, agreed by both sides by day 20, rolled on where they did not agree."""

from collections import defaultdict
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from common import terms
from common.dates import Month
from common.numbers import next_keys, next_numbers
from common.terms import TermKind
from common.transitions import Refused, move, move_all, record_begun
from registry.models import Agency, Institution
from settlement import periods, statement_lines
from settlement.enums import StatementStatus, StatementVerb
from settlement.models import Statement
from settlement.parameters import AGREEMENT_DAY, DELAY_MONTHS

ALLOWED = {
    StatementStatus.DRAWN: {
        StatementStatus.INSTITUTION_AGREED,
        StatementStatus.DRAWN,
        StatementStatus.OVER_LIMIT,
    },
    StatementStatus.INSTITUTION_AGREED: {
        StatementStatus.AGREED,
        StatementStatus.DRAWN,
        StatementStatus.OVER_LIMIT,
    },
    StatementStatus.AGREED: {StatementStatus.CLEARED},
    StatementStatus.OVER_LIMIT: set(),
    StatementStatus.CLEARED: set(),
}

VERBS = {
    StatementVerb.DRAW: (None, StatementStatus.DRAWN),
    StatementVerb.AGREE_AS_INSTITUTION: (StatementStatus.DRAWN, StatementStatus.INSTITUTION_AGREED),
    StatementVerb.TAKE_BACK: (StatementStatus.INSTITUTION_AGREED, StatementStatus.DRAWN),
    StatementVerb.AGREE: (StatementStatus.INSTITUTION_AGREED, StatementStatus.AGREED),
    StatementVerb.ROLL: (StatementStatus.DRAWN, StatementStatus.DRAWN),
    StatementVerb.HOLD: (StatementStatus.DRAWN, StatementStatus.OVER_LIMIT),
    StatementVerb.CLEAR: (StatementStatus.AGREED, StatementStatus.CLEARED),
}

AGREEMENT = TermKind("确认月度对账单", "by_day", AGREEMENT_DAY)
OPEN = periods.TAKES_BILLS


# From one institution's month to the next along the index: a step for each, however many settlements there are.
MONTHS_WITHOUT_STATEMENT = """
WITH RECURSIVE months AS (
    (SELECT institution_id, period FROM settlement_settlement WHERE period <= %s
     ORDER BY period, institution_id LIMIT 1)
    UNION ALL
    SELECT following.* FROM months CROSS JOIN LATERAL (
        SELECT institution_id, period FROM settlement_settlement
        WHERE (period, institution_id) > (months.period, months.institution_id) AND period <= %s
        ORDER BY period, institution_id LIMIT 1) AS following)
SELECT institution_id, period FROM months
WHERE NOT EXISTS (SELECT FROM settlement_statement AS held
                  WHERE held.institution_id = months.institution_id AND held.period = months.period)
ORDER BY period, institution_id
"""


def draw(period: Month, at: datetime) -> int:
    """Draw up the month for every institution that settled in it and has no statement yet; safe to run twice.

    A bill that reached an earlier month after that was drawn up, where the institution had no other, gets the statement
    of its month now, declared for this period.
    """
    limit = DELAY_MONTHS.on(period.first)
    with transaction.atomic():
        _follow_held()
        drawn = _missing_statements(period, at)
        for _, of_period in groupby(drawn, key=attrgetter("period")):  # they come by period
            statement_lines.insert(list(of_period))
        Statement.objects.bulk_create(drawn, batch_size=2000)
        record_begun(drawn, verb=StatementVerb.DRAW.label, by=None, at=at)
        within = [statement for statement in drawn if statement.delayed_months <= limit]
        terms.open_terms(within, AGREEMENT, start=period.last)
        _hold([statement.pk for statement in drawn if statement.delayed_months > limit], at)
    return len(drawn)


def agree_as_institution(statement: Statement, *, by: Any, at: datetime) -> Statement:
    """The institution agrees to what it sees; a bill settled meanwhile brings the statement up to date instead."""
    with transaction.atomic():
        if not (changed := _bring_up_to_date(statement, by, at)):
            move(
                statement, StatementStatus.INSTITUTION_AGREED, allowed=ALLOWED,
                verb=StatementVerb.AGREE_AS_INSTITUTION.label, by=by, at=at, institution_agreed_at=at,
            )  # fmt: skip
    if changed:
        _refuse_changed(statement)
    return statement


def take_back(statement: Statement, *, by: Any, at: datetime, why: str = "") -> Statement:
    """The institution withdraws its agreement before the office has given its own."""
    return move(
        statement, StatementStatus.DRAWN, allowed={StatementStatus.INSTITUTION_AGREED: {StatementStatus.DRAWN}},
        verb=StatementVerb.TAKE_BACK.label, by=by, at=at, why=why, institution_agreed_at=None,
    )  # fmt: skip


def agree(statement: Statement, *, by: Any, at: datetime) -> Statement:
    """The office agrees; from now on the statement does not change and its period takes no more settlements.

    A bill settled meanwhile brings the statement up to date instead, and the institution is asked again: both sides
    agree on the same figures.
    """
    with transaction.atomic():
        if not (changed := _bring_up_to_date(statement, by, at)):
            move(
                statement, StatementStatus.AGREED, allowed=ALLOWED, verb=StatementVerb.AGREE.label, by=by, at=at,
                agreed_at=at, handler=by,
            )  # fmt: skip
            terms.end_term(statement, AGREEMENT, on=timezone.localdate(at), outcome=StatementVerb.AGREE.label)
    if changed:
        _refuse_changed(statement)
    return statement


def roll(period: Month, at: datetime) -> dict[str, int]:
    """After day 20: what is not agreed goes into the next period, for two months at most (article 50).

    What is later still needs a national decision: the money is owed, but no sheet takes it by itself.
    """
    limit = DELAY_MONTHS.on(period.first)
    counts = {"转入下期": 0, "逾延期上限": 0}
    with transaction.atomic():
        # Under the lock: whoever agrees at the last moment has either agreed, or finds the statement rolled on.
        late = Statement.objects.select_for_update(no_key=True).filter(
            declared_period__lte=str(period), status__in=OPEN
        )
        by_delay: dict[int, list[int]] = defaultdict(list)
        for pk, own in late.order_by("pk").values_list("pk", "period"):
            by_delay[_delay(own, period.next())].append(pk)
        for delayed, ids in sorted(by_delay.items()):
            terms.end_terms(
                Statement.objects.filter(pk__in=ids), AGREEMENT, on=agreement_due(period), outcome="逾期未确认"
            )
            # 解释: within the limit a late statement goes on by itself; beyond it the nation decides, with a reason.
            if delayed > limit:
                counts["逾延期上限"] += _hold(ids, at)
            else:
                counts["转入下期"] += _roll_on(ids, period.next(), delayed, at)
    return counts


def take_along(period: Month) -> int:
    """Agreed statements that an earlier sheet went past go into this period's; called by the close alone."""
    passed_by = Statement.objects.filter(declared_period__lt=str(period), status=StatementStatus.AGREED)
    return sum(
        passed_by.filter(period=own).update(declared_period=str(period), delayed_months=_delay(own, period))
        for own in passed_by.order_by().values_list("period", flat=True).distinct()
    )


def clear(statements: QuerySet[Statement], *, at: datetime) -> int:
    """The agreed statements have gone into a sheet; called by the close alone."""
    return move_all(
        statements, StatementStatus.CLEARED, allowed=ALLOWED, verb=StatementVerb.CLEAR.label, by=None, at=at
    )


def agreement_due(period: Month) -> date:
    """Until when statements declared for the period may be agreed: day 20 of the following month."""
    return period.next().day(AGREEMENT_DAY.on(period.last))


def _missing_statements(period: Month, at: datetime) -> list[Statement]:
    """A statement, not kept yet, for each institution and month up to the period that has settlements and none."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS_WITHOUT_STATEMENT, [str(period)] * 2)
        pairs = cursor.fetchall()
    institutions = Institution.objects.in_bulk({code for code, _ in pairs})
    offices = {agency.area_id: agency for agency in Agency.objects.filter(area__isnull=False)}
    keys = next_keys(Statement, len(pairs))  # known beforehand: the lines are drawn first, and the totals are theirs
    numbers = next_numbers("DZ", timezone.localdate(at), len(pairs))
    return [
        Statement(
            pk=key,
            number=number,
            status=StatementStatus.DRAWN,
            created_at=at,
            agency=offices[institutions[code].area_id],
            institution=institutions[code],
            host_area_id=institutions[code].area_id,
            host_province_id=institutions[code].province_id,
            period=own,
            declared_period=str(period),
            delayed_months=_delay(own, period),
        )
        for key, number, (code, own) in zip(keys, numbers, pairs, strict=True)
    ]


def _delay(own: str, declared: Month) -> int:
    """By how many months a statement is late when it is declared for a period."""
    month = Month.parse(own)
    return (declared.year - month.year) * 12 + declared.month - month.month


def _roll_on(ids: list[int], declared: Month, delayed: int, at: datetime) -> int:
    rolled = Statement.objects.filter(pk__in=ids)
    count = move_all(
        rolled, StatementStatus.DRAWN, allowed=ALLOWED, verb=StatementVerb.ROLL.label, by=None, at=at,
        declared_period=str(declared), delayed_months=delayed, institution_agreed_at=None,
    )  # fmt: skip
    start = declared.last
    terms.open_terms(list(rolled.order_by("pk")), AGREEMENT, start=start)
    return count


def _hold(ids: list[int], at: datetime) -> int:
    held = Statement.objects.filter(pk__in=ids)
    return move_all(held, StatementStatus.OVER_LIMIT, allowed=ALLOWED, verb=StatementVerb.HOLD.label, by=None, at=at)


def _follow_held() -> None:
    """What was taken back of a statement that waits for the nation's decision leaves its lines too."""
    for statement in Statement.objects.filter(status=StatementStatus.OVER_LIMIT).order_by("pk"):
        periods.hold_still(statement.institution_id)
        if not statement_lines.fit(statement):
            statement_lines.redraw(statement)


def _require_in_time(statement: Statement, at: datetime) -> None:
    due = agreement_due(Month.parse(statement.declared_period))
    if timezone.localdate(at) > due:
        raise Refused(
            f"对账单 {statement.number} 应于 {due} 前确认（规程第四十条），期限已过。",
            field="agreed_at",
            remedy="日终作业将把它转入下期，转入后请在下期确认。",
        )


def _refuse_changed(statement: Statement) -> None:
    raise Refused(
        f"对账单 {statement.number} 生成后又有新的结算或冲销，现已更新。", field="lines", remedy="请重新核对后再确认。"
    )


def _bring_up_to_date(statement: Statement, by: Any, at: datetime) -> bool:
    """Draw the lines of an open statement anew where they no longer fit, keeping new settlements out meanwhile.

    True where they did not fit; the institution's agreement to the old ones then falls.
    """
    periods.hold_still(statement.institution_id)
    current = Statement.objects.select_for_update(of=("self",), no_key=True).get(pk=statement.pk)
    if current.status not in OPEN:
        return False
    _require_in_time(current, at)
    if statement_lines.fit(statement):
        return False
    statement_lines.redraw(statement)
    statement.refresh_from_db()
    if statement.status == StatementStatus.INSTITUTION_AGREED:
        take_back(statement, by=by, at=at, why="确认后又有新的结算或冲销，对账单已更新")
    return True
