"""A row of the sheet and the statement lines it is the sum of."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from clearing.admin.sheet import SheetPeriodFilter
from clearing.admin.tables import FIGURES
from clearing.closing import lines_of
from clearing.models import SheetRow
from common import scope
from common.admin import Row, ScopedAdmin, Table, list_link
from registry.admin.places import ProvinceFilter
from settlement.admin.statement import settlements_link
from settlement.enums import StatementStatus
from settlement.models import StatementLine

SHOWN_AT_MOST = 100


@admin.register(SheetRow)
class SheetRowAdmin(ScopedAdmin):
    """The rows of the sheets, each seen by its two provinces."""

    list_display = ("period", "home", "host", "insurance", "service", "returned", *FIGURES)
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
    """The statement lines of the row, the largest first; each leads to its settlements."""
    held = scope.visible(lines_of(row), request.user).select_related("statement__institution").order_by("-amount", "pk")
    lines = list(held[: SHOWN_AT_MOST + 1])
    rows = [
        Row(
            [
                line.statement.institution, line.statement.period, line.settled_month, settlements_link(line, line.visits),
                *(getattr(line, figure) for figure in FIGURES[1:]),
            ]
        )
        for line in lines[:SHOWN_AT_MOST]
    ]  # fmt: skip
    headers = [
        "医药机构",
        "对账期",
        "费用所属月",
        "人次",
        "医疗费总额",
        "基金支付",
        "个人账户支付",
        "审核扣款",
        "应结金额",
    ]
    more = _all_lines(row) if len(lines) > SHOWN_AT_MOST else None
    note = "按金额由大到小；点人次看逐笔结算。"
    return Table("对账明细（元）", headers, rows, note=note, more=more, numbers=tuple(range(3, 9)))


def _all_lines(row: SheetRow) -> Any:
    return list_link(
        StatementLine, "全部对账明细", statement__declared_period=row.sheet.period,
        statement__status=StatementStatus.CLEARED, home_province__code__exact=row.home_id,
        host_province__code__exact=row.host_id, insurance__exact=row.insurance, service__exact=row.service,
        paid_back__exact=row.returned,
    )  # fmt: skip
