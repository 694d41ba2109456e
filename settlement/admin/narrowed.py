"""The sum of a list that is narrowed to the month of one institution, and whether it is that of the statement line."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest

from common import scope
from common.money import ZERO
from common.tables import Cells, Link, Mark, Table, page_link
from settlement.models import Settlement, Statement, StatementLine

MONTH = {"institution": "statement__institution", "period": "statement__period"}
# How the list names what makes a statement line, and how the line does.
LINE = MONTH | {
    "home_province__code__exact": "home_province",
    "insurance__exact": "insurance",
    "service__exact": "service",
    "settled_month": "settled_month",
    "returned__exact": "returned",
}
SUMS = ("total", "fund", "account")


def summary(request: HttpRequest, settlements: QuerySet[Settlement]) -> Table | None:
    """The sums of what the list shows; nothing where the list is wider than one institution's month."""
    if not all(request.GET.get(name) for name in MONTH):
        return None
    held = settlements.order_by().select_related(None).aggregate(
        rows=Count("pk"), reversals=Count("pk", filter=Q(reversal_of__isnull=False)), total=Sum("total"),
        fund=Sum("fund_total"), account=Sum("account"),
    )  # fmt: skip
    visits = held["rows"] - 2 * held["reversals"]
    rows: list[Cells] = [["列表合计", held["rows"], visits, *(held[name] or ZERO for name in SUMS), ""]]
    line = line_of(request)
    if line:
        foots = (line.visits, line.total, line.fund, line.account) == tuple(rows[0][2:6])
        mark = Mark("与列表合计相符", "success") if foots else Mark("与列表合计不符", "danger")
        rows.append([_up(request, line), "", line.visits, line.total, line.fund, line.account, mark])
    elif statement := _statement(request):
        rows.append([_named(page_link(request, statement), "对账单"), *[""] * 6])
    headers = ["", "笔数", "人次", "医疗费总额", "基金支付", "个人账户支付", ""]
    return Table(
        "筛选结果合计（元）", headers, rows, note="人次＝结算笔数－冲销笔数。", numbers=tuple(range(1, 6))
    )  # fmt: skip


def line_of(request: HttpRequest) -> StatementLine | None:
    """The statement line whose settlements the list shows, where it is narrowed to one."""
    if not all(name in request.GET for name in LINE):
        return None
    wanted = {field: request.GET[name] for name, field in LINE.items()}
    lines = scope.visible(StatementLine, request.user).select_related("statement__institution", "home_province")
    return lines.filter(**wanted).first()


def _statement(request: HttpRequest) -> Statement | None:
    wanted = {name: request.GET[name] for name in MONTH}
    return scope.visible(Statement, request.user).filter(**wanted).first()


def _up(request: HttpRequest, line: StatementLine) -> list[Any]:
    return [_named(page_link(request, line), "对账明细"), _named(page_link(request, line.statement), "对账单")]


def _named(link: Link | str, kind: str) -> Any:
    return Link(f"{kind} {link}", link.url) if isinstance(link, Link) else f"{kind} {link}"
