"""On day 21 the agreed statement lines become the sheet: what each province owes each other, frozen."""

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from clearing import workflow
from clearing.enums import ConfirmationStatus, SheetStatus, SheetVerb
from clearing.models import ProvinceSheet, Sheet, SheetRow, payer_and_payee
from common import locks
from common.dates import Month
from common.money import ZERO
from common.numbers import next_number, next_numbers
from common.transitions import Refused, begin, record_begun
from registry.models import Agency, Region
from settlement import statement_lines, statements
from settlement.enums import StatementStatus
from settlement.models import Statement, StatementLine

# The signs are turned, not dropped: should a deduction ever be larger than what is left of a row, the row is refused
# (sheet_row_not_negative) and with it the close, rather than that a debt the other way looks like one this way.
INSERT_ROWS = """
INSERT INTO clearing_sheetrow (
    sheet_id, home_id, host_id, insurance, service, returned, months, visits, total, fund, account, deducted, amount)
SELECT %(sheet)s, home_province_id, line.host_province_id, insurance, service, paid_back,
       jsonb_agg(DISTINCT settled_month ORDER BY settled_month),
       sign * sum(line.visits), sign * sum(total), sign * sum(fund), sign * sum(account), sign * sum(deducted),
       sign * sum(line.amount)
FROM settlement_statementline AS line
JOIN settlement_statement AS statement ON statement.id = line.statement_id
CROSS JOIN LATERAL (SELECT CASE WHEN paid_back THEN -1 ELSE 1 END AS sign) AS direction
WHERE statement.declared_period = %(period)s AND statement.status = %(agreed)s
GROUP BY home_province_id, line.host_province_id, insurance, service, paid_back, sign
-- What was wholly taken back is nothing to confirm or to pay.
HAVING sum(line.visits) <> 0 OR sum(total) <> 0 OR sum(line.amount) <> 0
"""


def close(period: Month, at: datetime) -> Sheet:
    """Generate the sheet of the period (article 46), once and for all.

    Works with what was agreed by the end of day 20, whenever it runs. Raises ``Refused`` with everything that stands
    in the way; then nothing is written.
    """
    with transaction.atomic():
        locks.alone(locks.CLOSE)
        if blockers := blockers_of(period):
            raise Refused(
                f"{period} 期不能生成清算表：" + "；".join(blockers) + "。",
                field="period",
                remedy="处理后重新运行即可。",
            )
        statements.take_along(period)
        agreed = Statement.objects.filter(declared_period=str(period), status=StatementStatus.AGREED)
        statement_lines.pay_back(StatementLine.objects.filter(statement__in=agreed))
        sheet = _sheet(period, at)
        with connection.cursor() as cursor:
            cursor.execute(INSERT_ROWS, {"sheet": sheet.pk, "period": str(period), "agreed": StatementStatus.AGREED})
        _control(sheet)
        _province_sheets(sheet, at)
        statements.clear(agreed, at=at)
        _assert_it_adds_up(sheet)
    return sheet


def blockers_of(period: Month) -> list[str]:
    """What keeps the period from being cleared, each as a sentence."""
    blockers = []
    if sheet := Sheet.objects.filter(period=str(period)).first():
        blockers.append(f"本期清算表 {sheet.number} 已于 {sheet.generated_on} 生成，一个月只清算一次")
    unfinished = Statement.objects.filter(declared_period__lte=str(period), status__in=statements.OPEN)
    if count := unfinished.count():
        blockers.append(f"{count} 份对账单既未确认也未转期，请先运行20日的转期作业")
    return blockers


def lines_of(row: SheetRow) -> QuerySet[StatementLine]:
    """The statement lines that the row is the sum of, found by key."""
    return StatementLine.objects.filter(
        statement__declared_period=row.sheet.period,
        statement__status=StatementStatus.CLEARED,
        home_province_id=row.home_id,
        host_province_id=row.host_id,
        insurance=row.insurance,
        service=row.service,
        paid_back=row.returned,
    )


def row_facts(row: SheetRow) -> dict[str, Any]:
    """A row as it is exported and as its digest is taken."""
    return {
        "home": row.home_id,
        "host": row.host_id,
        "insurance": row.insurance,
        "service": row.service,
        "returned": row.returned,
        "months": row.months,
        "visits": row.visits,
        **{name: str(getattr(row, name)) for name in ("total", "fund", "account", "deducted", "amount")},
    }


def digest_of(rows: list[SheetRow]) -> str:
    """SHA-256 over the rows as canonical JSON, one line each, in the order of their key."""
    facts = sorted(
        (row_facts(row) for row in rows),
        key=lambda row: (row["home"], row["host"], row["insurance"], row["service"], row["returned"]),
    )
    lines = (json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for row in facts)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _sheet(period: Month, at: datetime) -> Sheet:
    on = timezone.localdate(at)
    sheet = Sheet(
        number=next_number("QS", on),
        agency=Agency.objects.get(level="national"),
        period=str(period),
        generated_on=on,
        settlements=0,
        amount=ZERO,
        sha256="",
    )
    return begin(sheet, SheetStatus.GENERATED, verb=SheetVerb.GENERATE.label, by=None, at=at)


def _control(sheet: Sheet) -> None:
    rows = list(SheetRow.objects.filter(sheet=sheet))
    sheet.settlements = sum(row.visits for row in rows)
    sheet.amount = sum((row.amount for row in rows), ZERO)
    sheet.sha256 = digest_of(rows)
    sheet.save(update_fields=["settlements", "amount", "sha256"])


def _province_sheets(sheet: Sheet, at: datetime) -> None:
    payable, receivable = totals_by_province(sheet)
    provinces = list(Region.objects.filter(level="province", valid_until=None).order_by("code"))
    offices = {agency.province_id: agency for agency in Agency.objects.filter(level="provincial")}
    numbers = next_numbers("QF", timezone.localdate(at), len(provinces))
    parts = [
        ProvinceSheet(
            number=number,
            # A province with nothing to pay or receive has nothing to confirm.
            status=ConfirmationStatus.PENDING
            if province.code in payable or province.code in receivable
            else ConfirmationStatus.CONFIRMED,
            created_at=at,
            agency=offices[province.code],
            sheet=sheet,
            province=province,
            payable=payable.get(province.code, ZERO),
            receivable=receivable.get(province.code, ZERO),
        )
        for number, province in zip(numbers, provinces, strict=True)
    ]
    ProvinceSheet.objects.bulk_create(parts)
    for status in ConfirmationStatus:
        record_begun([part for part in parts if part.status == status], verb=SheetVerb.GENERATE.label, by=None, at=at)
    workflow.open_confirmations(sheet, sheet.generated_on)


def totals_by_province(sheet: Sheet) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """What each province pays and receives: homes pay hosts, and hosts pay back what is returned; gross both ways."""
    payable: dict[str, Decimal] = {}
    receivable: dict[str, Decimal] = {}
    sums = sheet.rows.order_by().values("home_id", "host_id", "returned").annotate(owed=Sum("amount"))
    for pair in sums:
        payer, payee = payer_and_payee(pair["home_id"], pair["host_id"], pair["returned"])
        payable[payer] = payable.get(payer, ZERO) + pair["owed"]
        receivable[payee] = receivable.get(payee, ZERO) + pair["owed"]
    return payable, receivable


def _assert_it_adds_up(sheet: Sheet) -> None:
    """Payable, receivable, rows and lines agree to the fen; a difference stops the close (articles 45, 46)."""
    both = sheet.provinces.aggregate(payable=Sum("payable"), receivable=Sum("receivable"))
    if not both["payable"] == both["receivable"] == sheet.amount:
        raise AssertionError(
            f"{sheet.period}: payable {both['payable']}, receivable {both['receivable']}, {sheet.amount}"
        )
