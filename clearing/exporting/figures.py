"""What a month's clearing says: the sheet as it was frozen, or the draft of what it would be now."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, transaction
from django.db.models import F, Q, Sum

from clearing.closing import digest_of
from clearing.models import Sheet, SheetRow
from clearing.parameters import SHEET_DAY
from common.dates import Month
from common.money import ZERO
from common.transitions import Refused
from registry.models import Region
from settlement.enums import StatementStatus
from settlement.models import StatementLine
from settlement.statement_lines import origin_cleared

DRAFT = "draft"
DRAFT_LABEL = "草稿"
SUMS = ("total", "fund", "account", "deducted", "amount")


@dataclass(frozen=True)
class Control:
    """What tells a whole file from a damaged one: visits, yuan, and the digest of the rows."""

    settlements: int
    amount: Decimal
    sha256: str


@dataclass(frozen=True)
class ProvinceTotal:
    """What a province pays and receives in the period, gross both ways (article 51)."""

    code: str
    name: str
    payable: Decimal
    receivable: Decimal


@dataclass(frozen=True)
class Figures:
    """The clearing of a period; ``sheet`` is empty for a draft.

    The rows are few however large the month: 32 provinces, two insurances and four services bound them.
    """

    period: Month
    sheet: Sheet | None
    rows: tuple[SheetRow, ...]
    provinces: tuple[ProvinceTotal, ...]
    control: Control

    @property
    def status(self) -> str:
        return self.sheet.status if self.sheet else DRAFT

    @property
    def status_label(self) -> str:
        return str(self.sheet.get_status_display()) if self.sheet else DRAFT_LABEL

    @property
    def generated_on(self) -> date | None:
        return self.sheet.generated_on if self.sheet else None

    @property
    def dated(self) -> date:
        """The day the papers carry: when the sheet was frozen, for a draft when it would be."""
        return self.generated_on or _sheet_day(self.period)

    def of_payer(self, province: str) -> list[SheetRow]:
        """The rows the province pays (annex 14-1), what it returns at the end."""
        return sorted((row for row in self.rows if row.payer_id == province), key=_by_counterpart)

    def of_payee(self, province: str) -> list[SheetRow]:
        """The rows the province receives (annex 14-7), what is returned to it at the end."""
        return sorted((row for row in self.rows if row.payee_id == province), key=_by_counterpart)


def figures_of(period: Month, *, draft: bool = False) -> Figures:
    """The sheet of the period; with ``draft`` also one that is not frozen yet.

    Raises ``Refused`` where there is no sheet, or where it is no longer what was frozen.
    """
    sheet = Sheet.objects.filter(period=str(period)).first()
    if sheet:
        return _frozen(sheet, period)
    if draft:
        rows = _draft_rows(period)
        return Figures(period, None, rows, _provinces_now(rows), control_of(rows))
    raise Refused(
        f"{period} 期清算表尚未生成（应于 {_sheet_day(period)} 生成）。",
        field="period",
        remedy="需要现有确认数据的测算结果，请加 --draft。",
    )


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as it was at one moment, and write nothing."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def control_of(rows: Iterable[SheetRow]) -> Control:
    """The control figures of the rows."""
    held = list(rows)
    return Control(sum(row.visits for row in held), sum((row.amount for row in held), ZERO), digest_of(held))


def totals_of(rows: Iterable[SheetRow]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """What each province pays, and what each receives, by the rows."""
    payable: dict[str, Decimal] = {}
    receivable: dict[str, Decimal] = {}
    for row in rows:
        payable[row.payer_id] = payable.get(row.payer_id, ZERO) + row.amount
        receivable[row.payee_id] = receivable.get(row.payee_id, ZERO) + row.amount
    return payable, receivable


def _provinces_now(rows: Iterable[SheetRow]) -> tuple[ProvinceTotal, ...]:
    payable, receivable = totals_of(rows)
    held = Region.objects.filter(level="province", valid_until=None).order_by("code")
    return tuple(
        ProvinceTotal(region.code, region.name, payable.get(region.code, ZERO), receivable.get(region.code, ZERO))
        for region in held
    )


def _sheet_day(period: Month) -> date:
    return period.next().day(SHEET_DAY.on(period.last))


def _by_key(row: SheetRow) -> tuple[str, str, str, str, bool]:
    return (row.home_id, row.host_id, row.insurance, row.service, row.returned)


def _by_counterpart(row: SheetRow) -> tuple[bool, tuple[str, str, str, str, bool]]:
    return (row.returned, _by_key(row))


def _frozen(sheet: Sheet, period: Month) -> Figures:
    rows = tuple(sorted(SheetRow.objects.filter(sheet=sheet).order_by(), key=_by_key))
    parts = sheet.provinces.select_related("province").order_by("province")
    provinces = tuple(
        ProvinceTotal(part.province_id, part.province.name, part.payable, part.receivable) for part in parts
    )
    kept, found = Control(sheet.settlements, sheet.amount, sheet.sha256), control_of(rows)
    if faults := [*_control_faults(kept, found), *_province_faults(provinces, rows)]:
        raise Refused(
            f"{period} 期清算表与生成时不符：{'；'.join(faults)}。", field="sha256",
            remedy="未导出。请运行 check_books 查明原因。",
        )  # fmt: skip
    return Figures(period, sheet, rows, provinces, kept)


def _control_faults(kept: Control, found: Control) -> Iterator[str]:
    if kept.settlements != found.settlements:
        yield f"人次应为 {kept.settlements}，明细合计 {found.settlements}"
    if kept.amount != found.amount:
        yield f"清算金额应为 {kept.amount}，明细合计 {found.amount}"
    if kept.sha256 != found.sha256:
        yield f"明细摘要应为 {kept.sha256[:12]}…，现为 {found.sha256[:12]}…"


def _province_faults(kept: tuple[ProvinceTotal, ...], rows: tuple[SheetRow, ...]) -> Iterator[str]:
    payable, receivable = totals_of(rows)
    shown = {total.code: (total.payable, total.receivable) for total in kept}
    for code in sorted(shown.keys() | payable.keys() | receivable.keys()):
        if shown.get(code) != (payable.get(code, ZERO), receivable.get(code, ZERO)):
            yield f"{code} 的应付、应收与明细不符"


def _draft_rows(period: Month) -> tuple[SheetRow, ...]:
    """What the close would write now: every statement agreed so far that no sheet has taken yet."""
    keys = {"home_id": "home_province_id", "host_id": "host_province_id"}
    agreed = StatementLine.objects.filter(
        statement__declared_period__lte=str(period), statement__status=StatementStatus.AGREED
    )
    grouped = (
        agreed.order_by()
        .annotate(back=Q(returned=True) & origin_cleared())
        .values("insurance", "service", "back", **{name: F(column) for name, column in keys.items()})
        .annotate(
            months=ArrayAgg("settled_month", distinct=True, order_by="settled_month"),
            counted=Sum("visits"),
            **{f"sum_{name}": Sum(name) for name in SUMS},
        )
    )
    rows = [
        SheetRow(
            **{name: group[name] for name in (*keys, "insurance", "service", "months")},
            returned=group["back"],
            visits=-group["counted"] if group["back"] else group["counted"],
            **{name: -group[f"sum_{name}"] if group["back"] else group[f"sum_{name}"] for name in SUMS},
        )
        for group in grouped
    ]
    # What was wholly taken back is nothing to confirm or to pay.
    return tuple(sorted((row for row in rows if row.visits or row.total or row.amount), key=_by_key))
