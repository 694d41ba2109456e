"""What waits for an office: how much by kind and day, the earliest terms, the statements it has to agree to."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from common import scope
from common.admin import Link, Table, counted, list_link, page_link
from common.admin.cases import days_left
from common.admin.filters import SOON_DAYS
from common.cases import Case
from common.charts import Bar, Chart
from common.models import Term
from config.admin.home.cards import Card
from settlement.admin.statement import MARKS
from settlement.enums import StatementStatus
from settlement.models import Statement

TERMS_SHOWN = 20
STATEMENTS_SHOWN = 10
WAITING = (
    ("overdue", "已逾期", "danger"),
    ("today", "今日到期", "warning"),
    ("soon", f"{SOON_DAYS} 天内到期", "info"),
    ("open", "未办结合计", ""),
)
BY_KIND = "waiting"  # the anchor of the table that tells the kinds apart


@dataclass
class Waiting:
    """The open cases of one kind by the day on which they are due."""

    model: Any
    due: dict[date, int] = field(default_factory=dict)

    def count(self, key: str, today: date) -> int:
        """How many are overdue, due today, due soon, or open at all."""
        until = today + timedelta(days=SOON_DAYS)
        within = {
            "overdue": lambda on: on < today,
            "today": lambda on: on == today,
            "soon": lambda on: today < on <= until,
            "open": lambda on: True,
        }[key]
        return sum(count for on, count in self.due.items() if within(on))


def waiting(request: HttpRequest) -> list[Waiting]:
    """How much waits for this office, by kind of case and day."""
    kinds: dict[str, Waiting] = {}
    terms = scope.visible(Term, request.user).filter(ended_on=None)
    for line in terms.order_by("case_kind", "due_on").values("case_kind", "due_on").annotate(n=Count("pk")):
        kind = kinds.setdefault(line["case_kind"], Waiting(apps.get_model(line["case_kind"])))
        kind.due[line["due_on"]] = line["n"]
    return list(kinds.values())


def cards(request: HttpRequest, held: list[Waiting], today: date) -> list[Card]:
    """Overdue, today and soon; they lead to the list where all are of one kind, else to the table by kind."""
    return [
        Card(words, sum(each.count(key, today) for each in held), "件", kind, _list_of(request, held, key, today))
        for key, words, kind in WAITING[:3]
    ]


def by_kind(request: HttpRequest, held: list[Waiting], today: date) -> list[Table]:
    """The counts, each leading to its list."""
    own = _own_cases(request.user)
    rows = [
        [
            each.model._meta.verbose_name,
            *(counted(request, each.model, each.count(key, today), due=key, **own) for key, _, _ in WAITING),
        ]
        for each in held
    ]
    headers = ["业务", *(words for _, words, _ in WAITING)]
    return [Table("待办汇总", headers, rows, numbers=(1, 2, 3, 4), beside=True, anchor=BY_KIND)] if rows else []


def by_day(request: HttpRequest, held: list[Waiting], today: date) -> list[Chart]:
    """For each kind with something due this week, its days: what is late, today, and the days to come."""
    days = [today + timedelta(days=ahead) for ahead in range(SOON_DAYS + 1)]
    charts = []
    for each in held:
        late = each.count("overdue", today)
        counts = [("逾期", late, {"due": "overdue"}, "danger")]
        counts += [(_day(on, today), each.due.get(on, 0), {"due_on": on}, "") for on in days]
        if any(count for _, count, _, _ in counts):
            bars = [
                Bar(words, count, _url(request, each.model, count, condition), kind=kind)
                for words, count, condition, kind in counts
            ]
            title = f"{each.model._meta.verbose_name}：逾期和一周内到期"
            charts.append(Chart(title, bars, "件", upright=True))
    return charts


def queue(request: HttpRequest, today: date) -> Table:
    """The open terms of this office, the earliest first, each leading to its case."""
    open_terms = scope.visible(Term, request.user).filter(ended_on=None).select_related("agency")
    held = list(open_terms.annotate(number=_number(request.user)).order_by("due_on", "pk")[: TERMS_SHOWN + 1])
    rows = [[term.kind, _case_link(term), term.agency, term.due_on, days_left(term, today)] for term in held]
    note = f"只列最早到期的 {TERMS_SHOWN} 件。" if len(held) > TERMS_SHOWN else ""
    headers = ["期限", "业务", "应办机构", "到期日", "剩余"]
    return Table("待办期限", headers, rows[:TERMS_SHOWN], note=note, empty="没有未办结的期限。")


def to_agree(request: HttpRequest) -> list[Table]:
    """The statements whose institution has agreed: the office's move."""
    own = scope.visible(Statement, request.user).filter(status=StatementStatus.INSTITUTION_AGREED)
    held = list(own.select_related("institution").order_by("due_on", "pk")[: STATEMENTS_SHOWN + 1])
    rows = [
        [page_link(request, each, each.number), each.institution, each.period, each.visits, each.amount, each.due_on]
        for each in held[:STATEMENTS_SHOWN]
    ]
    more = None
    if len(held) > STATEMENTS_SHOWN:
        more = list_link(Statement, "全部待经办确认的对账单", status__exact=StatementStatus.INSTITUTION_AGREED.value)
    headers = ["对账单", "医药机构", "对账期", "人次", "应结金额（元）", "到期日"]
    table = Table("待本机构确认的对账单", headers, rows, more=more, numbers=(3, 4))
    return [table] if rows else []


def statements_by_status(request: HttpRequest) -> list[Chart]:
    """The statements of the latest month, by status."""
    held = scope.visible(Statement, request.user)
    latest = held.order_by("-period").values_list("period", flat=True)[:1]
    counts = held.filter(period=latest).order_by().values("period", "status").annotate(n=Count("pk"))
    by_status = {line["status"]: line for line in counts}
    bars = [
        Bar(
            status.label,
            by_status[status]["n"],
            list_link(Statement, "", period=by_status[status]["period"], status__exact=status.value).url,
            kind=MARKS[status],
        )
        for status in StatementStatus
        if status in by_status
    ]
    periods = [line["period"] for line in counts]
    return [Chart(f"{periods[0]} 期对账单", bars, "份")] if periods else []


def _own_cases(staff: Any) -> dict[str, str]:
    """The condition that narrows a list to the cases whose terms this office answers for."""
    if staff.sees_the_nation:
        return {}
    return {"agency__province": staff.agency.province_id} if staff.agency.is_provincial else {"agency": staff.agency_id}


def _url(request: HttpRequest, model: Any, number: int, condition: dict[str, Any]) -> str:
    return getattr(counted(request, model, number, **condition, **_own_cases(request.user)), "url", "")


def _list_of(request: HttpRequest, held: list[Waiting], key: str, today: date) -> str:
    concerned = [each for each in held if each.count(key, today)]
    if len(concerned) == 1:
        return _url(request, concerned[0].model, concerned[0].count(key, today), {"due": key})
    return f"#{BY_KIND}" if concerned else ""


def _day(on: date, today: date) -> str:
    return "今日" if on == today else f"{on.month}/{on.day}"


def _number(staff: Any) -> models.Case:
    """The number of a term's case, where this person may see it; asked along with the terms."""
    kinds = [model for model in apps.get_models() if issubclass(model, Case)]
    return models.Case(
        *(
            models.When(case_kind=model.kind(), then=models.Subquery(_numbers(model, staff)))
            for model in kinds
            if staff.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        ),
        default=models.Value(""),
        output_field=models.CharField(),
    )


def _numbers(model: type[Case], staff: Any) -> Any:
    return scope.visible(model, staff).filter(pk=models.OuterRef("case_id")).order_by().values("number")[:1]


def _case_link(term: Any) -> Link:
    model = apps.get_model(term.case_kind)
    url = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    text = f"{model._meta.verbose_name} {term.number or ''}"
    return Link(text, reverse(url, args=[term.case_id]) if term.number else "")
