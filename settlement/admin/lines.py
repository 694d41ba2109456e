"""Statement lines as a table: on the statement's page and on that of the clearing row they go into."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet, Sum

from common.tables import Cells, Link, list_link
from settlement.models import Settlement, StatementLine

FIGURES = ("visits", "total", "fund", "account", "deducted", "amount")
HEADERS = ("人次", "医疗费总额", "基金支付", "个人账户支付", "审核扣款", "应结金额")
RETURNED = "* 为返还，金额为负。"


def settlements_link(line: StatementLine, text: Any) -> Link:
    """The settlements that the line is the sum of, found by key."""
    return list_link(
        Settlement, text, institution=line.statement.institution_id, period=line.statement.period,
        home_province__code__exact=line.home_province_id, insurance__exact=line.insurance,
        service__exact=line.service, settled_month=line.settled_month, origin_period=line.origin_period,
        returned__exact=line.returned,
    )  # fmt: skip


def figures(line: StatementLine) -> list[Any]:
    """The figures of a line; the visits lead to its settlements."""
    return [settlements_link(line, line.visits), *(getattr(line, name) for name in FIGURES[1:])]


def foot(lines: QuerySet[StatementLine], before: int) -> list[Cells]:
    """The totals of all the lines, shown or not, below as many columns of words as stand ``before`` the figures."""
    held = lines.order_by().aggregate(count=Count("pk"), **{name: Sum(name) for name in FIGURES})
    if not held["count"]:
        return []
    words = [f"合计（{held['count']:,} 行）", *[""] * (before - 1)]
    return [[*words, *(held[name] for name in FIGURES)]]


def numbers(before: int) -> tuple[int, ...]:
    """Which columns hold the figures."""
    return tuple(range(before, before + len(FIGURES)))


def starred(name: Any, line: StatementLine) -> str:
    """The name, with ``*`` beside it where money is returned (article 51)."""
    return f"{name}{'*' if line.returned else ''}"


def kind_of(line: StatementLine) -> str:
    """What is special about the row that shows the line."""
    return "returned" if line.returned else ""


def prefetched(lines: Iterable[StatementLine], statement: Any) -> list[StatementLine]:
    """The lines with the statement that is at hand."""
    held = list(lines)
    for line in held:
        line.statement = statement
    return held
