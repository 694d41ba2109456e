"""The home page: what waits for me, by when, and where the month stands."""

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clearing.admin.sheet import SHEET_MARKS
from clearing.enums import ConfirmationStatus, SheetStatus
from clearing.models import Sheet
from common import scope
from common.admin import Link, Mark, Row, Table, list_link
from common.admin.cases import days_left
from common.admin.filters import SOON_DAYS
from common.models import Term
from settlement.enums import StatementStatus
from settlement.models import Statement

TERMS_SHOWN = 20
WAITING = (
    ("overdue", "已逾期", "danger"),
    ("today", "今日到期", "warning"),
    ("soon", f"{SOON_DAYS} 天内到期", "info"),
    ("open", "未办结合计", ""),
)


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What every page may need; the sign-in page of the demo lists who can sign in."""
    if not settings.DEMO or request.user.is_authenticated:
        return {}
    from config.demo.people import LOGINS

    return {
        "demo_logins": [(username, name) for username, name, _, _ in LOGINS],
        "demo_password": settings.DEMO_PASSWORD,
    }


def context(request: HttpRequest, page: dict[str, Any]) -> dict[str, Any]:
    """The home page for this person's office and role."""
    today = timezone.localdate()
    waiting = [] if request.user.institution_id else _waiting(request, today)
    cards = [
        {"title": words, "count": sum(line[key] for line in waiting), "kind": kind} for key, words, kind in WAITING[:3]
    ]
    shown = [_by_kind(request, waiting), _terms(request, today), _statements(request), _sheets(request)]
    tables = [table for table in shown if table is not None]
    return {**page, "title": "首页", "today": today, "cards": cards, "tables": tables}


def _waiting(request: HttpRequest, today: date) -> list[dict[str, Any]]:
    """How much waits for this office, by kind of case: overdue, today, soon, in all."""
    soon = Q(due_on__gt=today, due_on__lte=today + timedelta(days=SOON_DAYS))
    kinds = scope.visible(Term, request.user).filter(ended_on=None).order_by("case_kind").values("case_kind")
    return list(
        kinds.annotate(
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            today=Count("pk", filter=Q(due_on=today)),
            soon=Count("pk", filter=soon),
            open=Count("pk"),
        )
    )


def _by_kind(request: HttpRequest, waiting: list[dict[str, Any]]) -> Table | None:
    """The counts, each leading to its list."""
    rows = []
    for line in waiting:
        model = apps.get_model(line["case_kind"])
        may = request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        counts = [(key, line[key]) for key, _, _ in WAITING]
        own = _own_cases(request.user)
        links = [list_link(model, n, due=key, **own) if may and n else n for key, n in counts]
        rows.append([model._meta.verbose_name, *links])
    headers = ["业务", *(words for _, words, _ in WAITING)]
    return Table("待办汇总", headers, rows, numbers=(1, 2, 3, 4)) if rows else None


def _own_cases(staff: Any) -> dict[str, str]:
    """The condition that narrows a list to the cases whose terms this office answers for."""
    if staff.sees_the_nation:
        return {}
    return {"agency__province": staff.agency.province_id} if staff.agency.is_provincial else {"agency": staff.agency_id}


def _terms(request: HttpRequest, today: date) -> Table | None:
    """The open terms of this office, the earliest first, each leading to its case."""
    if request.user.institution_id:
        return None
    waiting = scope.visible(Term, request.user).filter(ended_on=None).select_related("agency")
    held = list(waiting.order_by("due_on", "pk")[: TERMS_SHOWN + 1])
    links = _case_links(request, held)
    rows = [
        [term.kind, links[term.case_kind, term.case_id], term.agency, term.due_on, days_left(term, today)]
        for term in held
    ]
    note = f"只列最早到期的 {TERMS_SHOWN} 件。" if len(held) > TERMS_SHOWN else ""
    headers = ["期限", "业务", "应办机构", "到期日", "剩余"]
    return Table("待办期限", headers, rows[:TERMS_SHOWN], note=note, empty="没有未办结的期限。")


def _case_links(request: HttpRequest, terms: list[Term]) -> dict[tuple[str, int], Link]:
    """The case of each term by its number, with one query for each kind of case."""
    links = {}
    for kind in sorted({term.case_kind for term in terms}):
        model = apps.get_model(kind)
        ids = [term.case_id for term in terms if term.case_kind == kind]
        cases = scope.visible(model, request.user).filter(pk__in=ids).values_list("pk", "number")
        may = request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        numbers = dict(cases) if may else {}
        url = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        for each in ids:
            text = f"{model._meta.verbose_name} {numbers.get(each, '')}"
            links[kind, each] = Link(text, reverse(url, args=[each]) if each in numbers else "")
    return links


def _statements(request: HttpRequest) -> Table | None:
    """The statements of the latest period, by status."""
    held = scope.visible(Statement, request.user)
    latest = held.order_by("-period").values_list("period", flat=True).first()
    if latest is None or not request.user.has_perm("settlement.view_statement"):
        return None
    counts = held.filter(period=latest).order_by().values("status").annotate(n=Count("pk"))
    url = f"{reverse('admin:settlement_statement_changelist')}?period={latest}&status__exact="
    rows = [
        [Link(StatementStatus(line["status"]).label, f"{url}{line['status']}"), line["n"]]
        for line in sorted(counts, key=lambda line: StatementStatus.values.index(line["status"]))
    ]
    return Table(f"{latest} 期对账单", ["状态", "份数"], rows, numbers=(1,), beside=True)


def _sheets(request: HttpRequest) -> Table | None:
    """The latest sheets and how many provinces still have to confirm."""
    if not request.user.has_perm("clearing.view_sheet"):
        return None
    pending = Count("provinces", filter=Q(provinces__status=ConfirmationStatus.PENDING))
    latest = Sheet.objects.annotate(pending=pending).order_by("-period")[:3]
    rows = [
        Row(
            [
                Link(sheet.period, reverse("admin:clearing_sheet_change", args=[sheet.pk])),
                Mark(sheet.get_status_display(), SHEET_MARKS[SheetStatus(sheet.status)]), sheet.amount, sheet.pending,
            ]
        )
        for sheet in latest
    ]  # fmt: skip
    headers = ["清算期", "状态", "清算金额（元）", "待确认省份"]
    return Table("清算进度", headers, rows, numbers=(2, 3), beside=True, empty="还没有清算表。")
