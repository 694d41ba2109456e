"""An institution's page: its statements, the latest months, and which of them it has still to look at."""

from datetime import date

from django.db.models import Count
from django.http import HttpRequest

from common import scope
from common.admin import Mark, Row, Table, list_link, page_link
from common.charts import Bar, Chart
from config.admin.home.cards import Card
from settlement.admin.statement import MARKS
from settlement.enums import StatementStatus
from settlement.models import Statement

MONTHS_SHOWN = 12


def latest_statements(request: HttpRequest) -> list[Statement]:
    """The institution's latest months, the newest first."""
    return list(scope.visible(Statement, request.user).order_by("-period")[:MONTHS_SHOWN])


def counts_by_status(request: HttpRequest) -> dict[str, int]:
    """All statements of the institution by status."""
    own = scope.visible(Statement, request.user).order_by().values("status").annotate(n=Count("pk"))
    return {line["status"]: line["n"] for line in own}


def cards(counts: dict[str, int], latest: list[Statement], today: date) -> list[Card]:
    """What waits for the institution, and the latest month."""
    waits = counts.get(StatementStatus.DRAWN, 0)
    shown = [
        Card("待本机构核对的对账单", waits, "份", "warning", _list_of(StatementStatus.DRAWN), _until(latest, today))
    ]
    if latest:
        url = list_link(Statement, "", period=latest[0].period).url
        shown.append(Card(f"{latest[0].period} 期应结金额", latest[0].amount, "元", url=url))
        shown.append(Card(f"{latest[0].period} 期人次", latest[0].visits, "人次"))
    return shown


def panels(request: HttpRequest, counts: dict[str, int], latest: list[Statement]) -> list[Table | Chart]:
    """The statements by status and by month."""
    bars = [
        Bar(status.label, counts[status], _list_of(status), kind=MARKS[status])
        for status in StatementStatus
        if status in counts
    ]
    months = [Bar(each.period, each.amount, page_link(request, each).url) for each in reversed(latest)]
    return [
        Chart("对账单（按状态）", bars, "份", empty="还没有对账单。"),
        Chart("逐月应结金额", months, "元", upright=True, empty="还没有对账单。"),
        _months(request, latest),
    ]


def _months(request: HttpRequest, latest: list[Statement]) -> Table:
    rows = [
        Row(
            [
                page_link(request, each, each.period), each.number, each.visits, each.amount,
                Mark(each.get_status_display(), MARKS[StatementStatus(each.status)]), each.declared_period, each.due_on,
            ]
        )
        for each in latest
    ]  # fmt: skip
    headers = ["对账期", "对账单", "人次", "应结金额（元）", "状态", "申报清算期", "确认期限"]
    return Table(f"最近 {MONTHS_SHOWN} 个月的对账单", headers, rows, numbers=(2, 3), empty="还没有对账单。")


def _until(latest: list[Statement], today: date) -> str:
    due = [each.due_on for each in latest if each.status == StatementStatus.DRAWN and each.due_on]
    if not due:
        return ""
    return f"请于 {min(due)} 前确认" if min(due) >= today else f"应于 {min(due)} 前确认，已逾期"


def _list_of(status: StatementStatus) -> str:
    return list_link(Statement, "", status__exact=status.value).url
