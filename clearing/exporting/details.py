"""What stands behind the rows: the funds area by area (annexes 14-2, 14-3) and the deductions (14-4, 14-5, 14-6)."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from clearing.exporting.figures import Figures
from settlement.enums import StatementStatus
from settlement.models import StatementLine

# What was taken back is paid back where an earlier sheet has cleared it, as the close decides (article 51).
FUNDS = """
SELECT CASE WHEN paid_back THEN settled.host_province_id ELSE settled.home_province_id END AS payer,
       settled.insurance, paid_back,
       CASE WHEN paid_back THEN settled.home_province_id ELSE settled.host_province_id END AS counterpart,
       CASE WHEN paid_back THEN settled.host_area_id ELSE settled.home_area_id END AS area,
       settled.service,
       abs(sum(CASE WHEN settled.reversal_of_id IS NULL THEN 1 ELSE -1 END)) AS visits,
       abs(sum(settled.total)), abs(sum(pool_amount)), abs(sum(large_sum_amount + critical_amount)),
       abs(sum(civil_servant_amount)), abs(sum(enterprise_amount)), abs(sum(aid_amount)), abs(sum(other_amount)),
       abs(sum(settled.fund_total)), abs(sum(settled.account))
FROM settlement_settlement AS settled
JOIN settlement_statement AS statement
  ON statement.institution_id = settled.institution_id AND statement.period = settled.period
LEFT JOIN settlement_statement AS origin
  ON settled.returned AND origin.institution_id = settled.institution_id AND origin.period = settled.origin_period
CROSS JOIN LATERAL (
    SELECT coalesce(origin.status = %(cleared)s AND (statement.status <> %(cleared)s
                    OR origin.declared_period < statement.declared_period), false) AS paid_back) AS direction
WHERE statement.status = %(status)s AND statement.declared_period >= %(since)s
  AND statement.declared_period <= %(period)s
  AND (%(province)s::text IS NULL
       OR %(province)s = CASE WHEN paid_back THEN settled.host_province_id ELSE settled.home_province_id END)
GROUP BY payer, settled.insurance, paid_back, counterpart, area, settled.service
HAVING sum(CASE WHEN settled.reversal_of_id IS NULL THEN 1 ELSE -1 END) <> 0 OR sum(settled.total) <> 0
ORDER BY payer, settled.insurance, paid_back, counterpart, area, settled.service
"""


class FundDetail(NamedTuple):
    """What one area of the payer owes one province for one service, fund by fund."""

    payer: str
    insurance: str
    returned: bool
    counterpart: str
    area: str
    service: str
    visits: int
    total: Decimal
    pool: Decimal
    large_or_critical: Decimal
    civil_servant: Decimal
    enterprise: Decimal
    aid: Decimal
    other: Decimal
    fund: Decimal
    account: Decimal


def funds_by_payer(figures: Figures, province: str | None = None) -> Iterator[tuple[str, list[FundDetail]]]:
    """Payer by payer in the order of their codes, in one reading of the settlements; or of one province alone."""
    since, status = ("", StatementStatus.AGREED) if figures.sheet is None else (figures.period, StatementStatus.CLEARED)
    wanted = {"status": status, "since": str(since), "period": str(figures.period), "province": province}
    wanted["cleared"] = StatementStatus.CLEARED
    with connection.chunked_cursor() as cursor:
        cursor.execute(FUNDS, wanted)
        details = (FundDetail(*row) for row in cursor)
        for payer, held in groupby(details, key=lambda detail: detail.payer):
            yield payer, list(held)


def deductions_of(figures: Figures, province: str, insurance: str | None = None) -> QuerySet[StatementLine]:
    """The statement lines with deductions from what the province owes (article 54)."""
    lines = StatementLine.objects.filter(home_province=province).exclude(deducted=0)
    if figures.sheet is None:
        lines = lines.filter(
            statement__declared_period__lte=str(figures.period), statement__status=StatementStatus.AGREED
        )
    else:
        lines = lines.filter(statement__declared_period=str(figures.period), statement__status=StatementStatus.CLEARED)
    if insurance:
        lines = lines.filter(insurance=insurance)
    return lines.select_related("statement__institution").order_by(
        "host_province_id", "statement__institution_id", "pk"
    )
