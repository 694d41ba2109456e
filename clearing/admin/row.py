"""A row of the sheet and the statement lines it is the sum of."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from clearing.admin.sheet import SheetPeriodFilter
from clearing.closing import lines_of
from clearing.models import ProvinceSheet, SheetRow
from common import scope
from common.admin import ScopedAdmin, Table, list_link, page_link, way_up_from
from registry.admin.places import ProvinceFilter
from settlement.admin import lines
from settlement.enums import StatementStatus
from settlement.models import StatementLine

SHOWN_AT_MOST = 100
LARGEST = {False: "-amount", True: "amount"}  # what is returned stands in the lines below zero


@admin.register(SheetRow)
class SheetRowAdmin(ScopedAdmin):
    """The rows of the sheets, each seen by its two provinces."""

    list_display = ("period", "home", "host", "insurance", "service", "returned", *lines.FIGURES)
    list_filter = (
        SheetPeriodFilter, ("home", ProvinceFilter), ("host", ProvinceFilter), ("insurance", ChoicesDropdownFilter),
        ("service", ChoicesDropdownFilter), ("returned", BooleanRadioFilter),
    )  # fmt: skip
    ordering = ("-sheet__period", "home", "host", "insurance", "service")
    select_related = ("sheet", "home", "host")
    links = ("sheet",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("period", "sheet"), ("home", "host"), ("insurance", "service"), ("returned", "months_named"),
                    ("visits", "total"), ("fund", "account"), ("deducted", "amount"),
                )
            },
        ),
    )  # fmt: skip

    def panels(self, request: HttpRequest, record: Any) -> list[Table]:
        return [lines_table(request, record), *super().panels(request, record)]

    @display(description="清算期", ordering="sheet__period")
    def period(self, row: SheetRow) -> str:
        return row.sheet.period

    @display(description="包含费用月份")
    def months_named(self, row: SheetRow) -> str:
        return "、".join(row.months)


def lines_table(request: HttpRequest, row: SheetRow) -> Table:
    """The largest statement lines of the row, and at the foot the totals of all; each leads to its settlements."""
    held = scope.visible(lines_of(row), request.user)
    shown = held.select_related("statement__institution").order_by(LARGEST[row.returned], "pk")[:SHOWN_AT_MOST]
    rows = [
        [
            page_link(request, line, line.statement.institution), line.statement.period, line.settled_month,
            *lines.figures(line),
        ]
        for line in shown
    ]  # fmt: skip
    totals = lines.foot(held, 3)
    cut = len(rows) == SHOWN_AT_MOST
    more = _all_lines(row) if cut else None
    note = "点机构看明细，点人次看逐笔结算；按金额由大到小" + (
        f"，只列 {SHOWN_AT_MOST} 行，合计为全部。" if cut else "。"
    )
    headers = ["医药机构", "对账期", "费用所属月", *lines.HEADERS]
    return Table("对账明细（元）", headers, rows, totals, note=note, more=more, numbers=lines.numbers(3))


def _all_lines(row: SheetRow) -> Any:
    return list_link(
        StatementLine, "全部对账明细", statement__declared_period=row.sheet.period,
        statement__status=StatementStatus.CLEARED, home_province__code__exact=row.home_id,
        host_province__code__exact=row.host_id, insurance__exact=row.insurance, service__exact=row.service,
        paid_back__exact=row.returned,
    )  # fmt: skip


@way_up_from(SheetRow)
def sheet_of(request: HttpRequest, row: SheetRow) -> list[Any]:
    """A row is part of the sheet and of both provinces' parts."""
    parts = ProvinceSheet.objects.filter(sheet=row.sheet_id, province__in=[row.home_id, row.host_id])
    held = sorted(parts.select_related("province"), key=lambda part: part.province_id != row.home_id)
    return [
        page_link(request, row.sheet, f"全国清算表 {row.sheet.period}"),
        *(page_link(request, part, f"{part.province}清算表") for part in held),
    ]


@way_up_from(StatementLine)
def row_of(request: HttpRequest, line: StatementLine) -> list[Any]:
    """A cleared line is part of a row."""
    if line.statement.status != StatementStatus.CLEARED:
        return []
    found = SheetRow.objects.select_related("sheet", "home", "host").filter(
        sheet__period=line.statement.declared_period, home=line.home_province_id, host=line.host_province_id,
        insurance=line.insurance, service=line.service, returned=line.paid_back,
    )  # fmt: skip
    return [page_link(request, row, f"清算明细 {row.sheet.period} {row}") for row in found]
