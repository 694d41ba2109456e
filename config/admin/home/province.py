"""A province's page: what it owes and is owed, whom, how its areas agree, and its own confirmation."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest

from clearing.enums import ConfirmationStatus
from clearing.models import ProvinceSheet, SheetRow
from common.admin import Mark, Row, Table, counted, list_link, page_link
from common.charts import Bar, Chart
from common.dates import Month
from common.money import ZERO
from config.admin.home.cards import Card
from settlement.enums import StatementStatus
from settlement.models import Statement

MONTHS_SHOWN = 6
COUNTERPARTS_SHOWN = 8
AGREED = (StatementStatus.AGREED, StatementStatus.CLEARED)


def own_sheets(request: HttpRequest) -> list[ProvinceSheet]:
    """The province's latest sheets, the newest first."""
    own = ProvinceSheet.objects.filter(province=request.user.agency.province_id).select_related("sheet", "province")
    return list(own.order_by("-sheet__period")[:MONTHS_SHOWN])


def cards(request: HttpRequest, sheets: list[ProvinceSheet], today: date) -> list[Card]:
    """The latest sheet: payable, receivable, and whether the province has confirmed it."""
    if not sheets:
        return []
    latest = sheets[0]
    url = getattr(page_link(request, latest), "url", "")
    period = latest.sheet.period
    waits = latest.status == ConfirmationStatus.PENDING
    return [
        Card(f"{period} 期应付", latest.payable, "元", url=url),
        Card(f"{period} 期应收", latest.receivable, "元", url=url),
        Card(f"{period} 期待本省确认", int(waits), "份", _urgency(latest, today), url, _to_do(request, latest, today)),
    ]


def panels(request: HttpRequest, sheets: list[ProvinceSheet], month: Month) -> list[Table | Chart]:
    """The months side by side, the counterparts of the latest one, and the areas' statements."""
    return [
        _counterparts(request, sheets, paying=True),
        _counterparts(request, sheets, paying=False),
        *_months(request, sheets),
        _compared(request, sheets),
        _areas(request, month),
    ]


def _urgency(latest: ProvinceSheet, today: date) -> str:
    return "danger" if latest.due_on and latest.due_on < today else "warning"


def _to_do(request: HttpRequest, latest: ProvinceSheet, today: date) -> str:
    """What the card says below its number."""
    if latest.status == ConfirmationStatus.CONFIRMED:
        return "已确认"
    until = f"{latest.due_on} 前" if latest.due_on and latest.due_on >= today else "已逾期，请尽快"
    may = request.user.has_perm("clearing.confirm_provincesheet")
    return f"{until}点此核对并确认" if may else f"{until}由本省主管或业务员确认"


def _compared(request: HttpRequest, sheets: list[ProvinceSheet]) -> Table:
    """The latest sheet against the one before."""
    latest, before = [*sheets, None, None][:2]
    rows = [
        Row([words, page_link(request, latest, getattr(latest, name)), *_change(latest, before, name)])
        for words, name in (("应付", "payable"), ("应收", "receivable"))
        if latest
    ]
    headers = [
        "项目（元）",
        latest.sheet.period if latest else "",
        before.sheet.period if before else "上期",
        "增减",
        "幅度",
    ]
    return Table("本期与上期", headers, rows, numbers=(1, 2, 3, 4), beside=True, empty="还没有清算表。")


def _change(latest: ProvinceSheet, before: ProvinceSheet | None, name: str) -> list[Any]:
    if before is None:
        return ["", "", ""]
    now, then = getattr(latest, name), getattr(before, name)
    return [then, now - then, f"{(now - then) * 100 / then:+.1f}%" if then else ""]


def _counterparts(request: HttpRequest, sheets: list[ProvinceSheet], *, paying: bool) -> Chart:
    """The provinces with which most money moves in the latest sheet; what is returned stands apart there."""
    own, other = ("home", "host") if paying else ("host", "home")
    period = sheets[0].sheet.period if sheets else ""
    rows = SheetRow.objects.filter(sheet__period=period, returned=False, **{own: request.user.agency.province_id})
    sums = rows.order_by().values(other, f"{other}__name").annotate(owed=Sum("amount")).order_by("-owed", other)
    bars = [
        Bar(
            line[f"{other}__name"],
            line["owed"],
            list_link(
                SheetRow, "", sheet__period=period, returned__exact=False,
                **{f"{own}__code__exact": request.user.agency.province_id, f"{other}__code__exact": line[other]},
            ).url,
        )
        for line in sums[:COUNTERPARTS_SHOWN]
    ]  # fmt: skip
    title = "应付最多的就医省" if paying else "应收最多的参保省"
    return Chart(f"{period} 期{title}" if period else title, bars, "元", note="不含返还", empty="还没有清算明细。")


def _months(request: HttpRequest, sheets: list[ProvinceSheet]) -> list[Chart]:
    """What was owed month by month, where there is more than one."""
    charts = []
    for words, name in (("应付", "payable"), ("应收", "receivable")):
        bars = [
            Bar(sheet.sheet.period, getattr(sheet, name), getattr(page_link(request, sheet), "url", ""))
            for sheet in reversed(sheets)
        ]
        charts.append(Chart(f"逐期{words}", bars, "元", upright=True))
    return charts if len(sheets) > 2 else []


def _areas(request: HttpRequest, month: Month) -> Table:
    """The statements of the month by area and status; each number leads to its list."""
    own = Statement.objects.filter(host_province=request.user.agency.province_id, declared_period=str(month))
    found: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for line in (
        own.order_by().values("host_area", "host_area__name", "status").annotate(n=Count("pk"), yuan=Sum("amount"))
    ):
        found[line["host_area"], line["host_area__name"]][line["status"]] = line
    rows = [_area(request, month, area, name, lines) for (area, name), lines in sorted(found.items())]
    headers = ["统筹地区", "待机构核对", "待经办确认", "双方已确认", "逾延期上限", "应结金额（元）"]
    return Table(f"{month} 期对账进度", headers, rows, numbers=(1, 2, 3, 4, 5), empty="本期没有对账单。")


def _area(request: HttpRequest, month: Month, area: str, name: str, lines: dict[str, dict[str, Any]]) -> Row:
    def count(*statuses: StatementStatus) -> Any:
        number = sum(lines[status]["n"] for status in statuses if status in lines)
        names = ",".join(status.value for status in statuses)
        return counted(request, Statement, number, declared_period=month, host_area=area, status__in=names)

    total: Decimal = sum((line["yuan"] for line in lines.values()), ZERO)
    waiting = [count(StatementStatus.DRAWN), count(StatementStatus.INSTITUTION_AGREED)]
    return Row([name, *waiting, count(*AGREED), count(StatementStatus.OVER_LIMIT), total])


def confirmation(sheet: ProvinceSheet) -> Mark:
    """A province's confirmation as a mark."""
    pending = sheet.status == ConfirmationStatus.PENDING
    return Mark(sheet.get_status_display(), "warning" if pending else "success")
