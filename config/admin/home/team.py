"""A local supervisor's page: who of the office has what in hand, how old it is, and what was decided day by day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils import timezone

from common.admin import Mark, Row, Table, counted
from common.charts import Bar, Chart
from filings.enums import Status
from filings.models import Filing
from registry.models import Staff

DAYS_BACK = 14
OPEN = (Status.SUBMITTED, Status.INCOMPLETE)


@dataclass
class InHand:
    """What one person, or nobody yet, has in hand."""

    open: int = 0
    overdue: int = 0
    oldest: datetime | None = None
    decided: int = 0


def panels(request: HttpRequest, today: date) -> list[Table | Chart]:
    """The office's filings by person, and the decisions of the last two weeks by day."""
    decisions = _decisions(request.user, today)
    return [_by_person(request, decisions, today), _by_day(request, decisions, today)]


def _decisions(staff: Staff, today: date) -> list[dict[str, Any]]:
    """What people of the office decided, by day and person."""
    decided = Filing.objects.filter(
        home_area=staff.agency.area_id, decided_at__gte=_begin(_first_day(today)), handler__isnull=False
    )
    days = decided.order_by().annotate(day=TruncDate("decided_at")).values("day", "handler")
    return list(days.annotate(n=Count("pk")))


def _by_person(request: HttpRequest, decisions: list[dict[str, Any]], today: date) -> Table:
    """The people of the office and what nobody has taken yet; the oldest shows who needs help."""
    area = request.user.agency.area_id
    held: dict[int | None, InHand] = defaultdict(InHand)
    waiting = Filing.objects.filter(home_area=area, status__in=OPEN).order_by().values("handler")
    late = Count("pk", filter=Q(due_on__lt=today))
    for line in waiting.annotate(n=Count("pk"), late=late, oldest=Min("created_at")):
        held[line["handler"]] = InHand(line["n"], line["late"], line["oldest"])
    for line in decisions:
        held[line["handler"]].decided += line["n"]
    people = Staff.objects.filter(Q(agency=request.user.agency_id, is_active=True) | Q(pk__in=[*held]))
    rows = [_row(request, None, held[None], today)]
    rows += [_row(request, person, held[person.pk], today) for person in people.order_by("username")]
    headers = ["经办人", "未办结", "其中逾期", "最早收件", f"近 {DAYS_BACK} 日办结"]
    return Table("本机构备案：在办与办结", headers, rows, numbers=(1, 2, 4), beside=True)


def _row(request: HttpRequest, person: Staff | None, in_hand: InHand, today: date) -> Row:
    area = request.user.agency.area_id
    whose = {"home_area": area, "handler": person.pk} if person else {"home_area": area, "handler__isnull": True}
    in_work = {"status__in": ",".join(status.value for status in OPEN)}
    late = counted(request, Filing, in_hand.overdue, due_on__lt=today, **whose, **in_work)
    since = {"decided_at__gte": _begin(_first_day(today)).isoformat()}
    return Row(
        [
            person.name if person else Mark("未分派", "info"),
            counted(request, Filing, in_hand.open, **whose, **in_work),
            late,
            in_hand.oldest,
            counted(request, Filing, in_hand.decided, **whose, **since) if person else "",
        ]
    )


def _by_day(request: HttpRequest, decisions: list[dict[str, Any]], today: date) -> Chart:
    """A column for each day, the empty ones too: a day off is seen as one."""
    by_day: dict[date, int] = defaultdict(int)
    for line in decisions:
        by_day[line["day"]] += line["n"]
    bars = []
    for ahead in range(DAYS_BACK):
        on = _first_day(today) + timedelta(days=ahead)
        within = {
            "decided_at__gte": _begin(on).isoformat(),
            "decided_at__lt": _begin(on + timedelta(days=1)).isoformat(),
        }
        whose = {"home_area": request.user.agency.area_id, "handler__isnull": False}
        link = counted(request, Filing, by_day[on], **whose, **within)
        bars.append(Bar(f"{on.month}/{on.day}", by_day[on], getattr(link, "url", "")))
    return Chart(f"近 {DAYS_BACK} 日办结的备案", bars, "件", upright=True)


def _first_day(today: date) -> date:
    return today - timedelta(days=DAYS_BACK - 1)


def _begin(day: date) -> datetime:
    """The first moment of the day in Shanghai."""
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())
