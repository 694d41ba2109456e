"""The sum of a list that is narrowed to the month of one institution, and whether it is that of the statement line."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest

from common import scope
from common.money import ZERO
from common.tables import Cells, Link, Mark, Table, page_link
from registry.models import Institution
from settlement.models import Settlement, Statement, StatementLine

MONTH = {"institution": "statement__institution", "period": "statement__period"}
# How the list names what makes a statement line, and how the line does.
LINE = MONTH | {
    "home_province__code__exact": "home_province",
    "insurance__exact": "insurance",
    "service__exact": "service",
    "settled_month": "settled_month",
    "origin_period": "origin_period",
    "returned__exact": "returned",
}
SUMS = ("total", "fund", "account")


def to_one_month(request: HttpRequest) -> bool:
    """Whether the list is narrowed to one institution's month."""
    return all(request.GET.get(name) for name in MONTH)


def summary(request: HttpRequest, settlements: QuerySet[Settlement]) -> Table | None:
    """The sums of what the list shows; nothing where the list is wider than one institution's month."""
    if not to_one_month(request):
        return None
    held = settlements.order_by().select_related(None).aggregate(
        rows=Count("pk"), reversals=Count("pk", filter=Q(reversal_of__isnull=False)), total=Sum("total"),
        fund=Sum("fund_total"), account=Sum("account"),
    )  # fmt: skip
    visits = held["rows"] - 2 * held["reversals"]
    figures = [visits, *(held[name] or ZERO for name in SUMS)]
    rows: list[Cells] = [["列表所有结算", held["rows"], *figures]]
    if line := line_of(request):
        shown = [line.visits, line.total, line.fund, line.account]
        mark = Mark("与列表相符", "success") if shown == figures else Mark("与列表不符", "danger")
        rows.append([[*_up(request, line), mark], None, *shown])
    headers = ["合计", "笔数", "人次", "医疗费总额", "基金支付", "个人账户支付"]
    note = "人次＝结算笔数－冲销笔数。"
    return Table(_title(request), headers, rows, note=note, more=_statement(request), numbers=tuple(range(1, 6)))


def line_of(request: HttpRequest) -> StatementLine | None:
    """The statement line whose settlements the list shows, where it is narrowed to one."""
    if not all(name in request.GET for name in LINE):
        return None
    wanted = {field: request.GET[name] for name, field in LINE.items()}
    lines = scope.visible(StatementLine, request.user).select_related("statement__institution", "home_province")
    return lines.filter(**wanted).first()


def _statement(request: HttpRequest) -> Link | None:
    """The way up to the statement, where there is one and this person may open it."""
    wanted = {name: request.GET[name] for name in MONTH}
    found = scope.visible(Statement, request.user).filter(**wanted).first()
    link = page_link(request, found, f"对账单 {found}")
    return link if isinstance(link, Link) else None


def _up(request: HttpRequest, line: StatementLine) -> list[Any]:
    words = f"对账明细 {line.home_province} {line.get_insurance_display()} {line.get_service_display()}"
    return [page_link(request, line, words)]


def _title(request: HttpRequest) -> str:
    found = Institution.objects.filter(pk=request.GET["institution"]).first()
    return f"{found or request.GET['institution']} {request.GET['period']} 期结算（元）"
