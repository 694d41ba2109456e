"""The period a settlement belongs to is decided when it is settled: the month, unless that is already agreed."""

import zlib

from django.db import connection

from common.dates import Month
from registry.models import Institution
from settlement.enums import StatementStatus
from settlement.models import Settlement, Statement

SETTLED_WITH = (StatementStatus.AGREED, StatementStatus.CLEARED)
TAKES_NO_BILL = (*SETTLED_WITH, StatementStatus.OVER_LIMIT)


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

    解释: what is agreed will be cleared before the reversal's own month, so from there on the money is returned (article
    51); a settlement not agreed yet and its reversal clear together and leave nothing.
    """
    hold_open(settlement.institution_id)
    own = Statement.objects.filter(institution=settlement.institution_id, period=settlement.period)
    if not own.filter(status__in=SETTLED_WITH).exists():
        return Month.parse(settlement.period)
    return period_for(settlement.institution, max(Month.parse(settlement.period), month))


def hold_open(institution_code: str) -> None:
    """Keep the institution's statements from being agreed until this transaction ends."""
    _lock("pg_advisory_xact_lock_shared", institution_code)


def hold_still(institution_code: str) -> None:
    """Keep new settlements of the institution out until this transaction ends."""
    _lock("pg_advisory_xact_lock", institution_code)


def _lock(function: str, institution_code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [0x57A7, zlib.crc32(institution_code.encode()) - 2**31])
