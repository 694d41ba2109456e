"""A case's page shows its terms, each due date with its story day by day, and all that happened to it."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from common import terms
from common.admin.scoped import ScopedAdmin
from common.admin.verbs import VerbAdmin
from common.cases import StatusChange, Term
from common.tables import Mark, Row, Story, Table
from common.transitions import history

BY_ITSELF = "系统"


class CaseAdmin(VerbAdmin, ScopedAdmin):
    """The page of a case: its fields, its verbs, its terms and its history."""

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """The home page of a province leads to the cases of its offices."""
        return lookup == "agency__province" or super().lookup_allowed(lookup, value, request)

    def panels(self, request: HttpRequest, record: Any) -> list[Table]:
        return [*super().panels(request, record), *_or_nothing(terms_table(record)), history_table(record)]


def terms_table(case: Any) -> Table | None:
    """The terms of the case; none where it never had one."""
    today = timezone.localdate()
    held = list(terms.terms_of(case).select_related("agency"))
    if not held:
        return None
    rows = [
        Row([term.kind, term.agency, term.started_on, _story(term), state_of(term, today), term.article])
        for term in held
    ]
    return Table("期限", ["期限", "应办机构", "起算日", "到期日（点开看逐日计算）", "进度", "依据"], rows)


def state_of(term: Term, today: date) -> Mark:
    """How a term stands today."""
    if term.ended_on:
        late = f"，逾期 {(term.ended_on - term.due_on).days} 天" if term.ended_on > term.due_on else ""
        return Mark(f"{term.ended_on} {term.outcome}{late}", "danger" if late else "success")
    return days_left(term, today)


def days_left(term: Term, today: date) -> Mark:
    """The days until an open term ends, or since it ended."""
    left = term.days_left(today)
    if left < 0:
        return Mark(f"已逾期 {-left} 天", "danger")
    return Mark("今日到期", "warning") if left == 0 else Mark(f"剩余 {left} 天", "info")


def history_table(case: Any) -> Table:
    """All that happened to the case."""
    labels = dict(case._meta.get_field("status").flatchoices)
    rows = [_happened(change, labels) for change in history(case).select_related("by")]
    return Table("办理记录", ["时间", "操作", "状态变化", "操作人", "说明"], rows)


def _happened(change: StatusChange, labels: dict[str, str]) -> Row:
    before = labels.get(change.from_status, change.from_status)
    after = labels.get(change.to_status, change.to_status)
    way = f"{before} → {after}" if before else after
    return Row([change.at, change.verb, way, change.by.name if change.by else BY_ITSELF, change.why])


def _story(term: Term) -> Story:
    note = "（含未公布的放假安排，暂定）" if term.provisional else ""
    days = terms.receipt(term).days
    return Story(
        f"{term.due_on}{note}", [(f"{day.on}", ("计入：" if day.counted else "不计：") + day.why) for day in days]
    )


def _or_nothing(table: Table | None) -> list[Table]:
    return [] if table is None else [table]
