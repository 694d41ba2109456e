"""The period a settlement belongs to is decided when it is settled: the month, unless that is already agreed."""

from common import locks
from common.dates import Month
from registry.models import Institution
from settlement.enums import StatementStatus
from settlement.models import Settlement, Statement

SETTLED_WITH = (StatementStatus.AGREED, StatementStatus.CLEARED)
TAKES_NO_BILL = (*SETTLED_WITH, StatementStatus.OVER_LIMIT)
TAKES_BILLS = (StatementStatus.DRAWN, StatementStatus.INSTITUTION_AGREED)


def period_for(institution: Institution, month: Month) -> Month:
    """The first month from the given one whose statement still takes bills: not agreed, and not too late for a sheet."""
    hold_open(institution.code)
    later = Statement.objects.filter(institution=institution, period__gte=str(month), status__in=TAKES_NO_BILL)
    closed = set(later.values_list("period", flat=True))
    while str(month) in closed:
        month = month.next()
    return month


def reversal_period_for(settlement: Settlement, month: Month) -> Month:
    """A reversal goes where its settlement stands while that is not agreed, so that both net; else to a month open.

    解释: what is agreed does not change any more, so from there on the reversal is listed as returned (article 51), where
    it may in a statement that is declared for the same sheet and not agreed yet: there the close nets the two. Else, and
    where the settlement is cleared already, it belongs to the month in which it was taken back.
    """
    hold_open(settlement.institution_id)
    own = Statement.objects.filter(institution=settlement.institution_id, period=settlement.period).first()
    if own is None or own.status not in SETTLED_WITH:
        return Month.parse(settlement.period)
    if own.status == StatementStatus.AGREED and (beside := _open_beside(own, month)):
        return beside
    return period_for(settlement.institution, max(Month.parse(settlement.period), month))


def _open_beside(agreed: Statement, month: Month) -> Month | None:
    """The first of the institution's later months, up to the given one, that goes into the same sheet and is still open."""
    declared_with = Statement.objects.filter(
        institution=agreed.institution_id, declared_period=agreed.declared_period, status__in=TAKES_BILLS,
        period__gt=agreed.period, period__lte=str(month),
    )  # fmt: skip
    first = declared_with.order_by("period").values_list("period", flat=True).first()
    return Month.parse(first) if first else None


def hold_open(institution_code: str) -> None:
    """Keep the institution's statements from being agreed until this transaction ends."""
    locks.together(locks.STATEMENTS, institution_code)


def hold_still(institution_code: str) -> None:
    """Keep new settlements of the institution out until this transaction ends."""
    locks.alone(locks.STATEMENTS, institution_code)
