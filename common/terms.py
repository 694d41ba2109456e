"""Each term of a case is a row; the case's due date is its earliest open one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery

from common import dates
from common.cases import Case, Term
from common.law import Dated

CALENDAR: list[Callable[[], dates.Calendar]] = []  # registry says where the working-day table is


def calendar() -> dates.Calendar:
    """The working-day table in force (工作日历)."""
    return CALENDAR[-1]()


RULES: dict[str, Callable[..., dates.DueDate]] = {
    "working_days": lambda start, n: dates.working_days_after(calendar(), start, n),
    "days": lambda start, n: dates.days_after(calendar(), start, n),
    "months": dates.months_after,
    "by_day": dates.by_day,
    "by_day_of_next_month": dates.by_day_of_next_month,
    "by_month_end": lambda start, _: dates.by_month_end(start),
    "first_quarter": lambda start, _: dates.first_quarter(start),
}


@dataclass(frozen=True)
class TermKind:
    """A kind of term: its name on screen, how it is counted, and the law's number that sets it."""

    name: str
    rule: str
    number: Dated[int]

    def due(self, start: date) -> dates.DueDate:
        """The due date with its story, by the number in force on the day the term starts."""
        return RULES[self.rule](start, self.number.on(start))

    def starting(self, start: date) -> dict[str, Any]:
        """What a term that starts on the day keeps: its article and rule as they are then, and its due date."""
        law, due = self.number.value_on(start), self.due(start)
        return {
            "kind": self.name,
            "article": str(law.article),
            "rule": f"{self.rule}:{law.value}",
            "started_on": start,
            "due_on": due.due_on,
            "provisional": due.provisional,
        }


def open_term(case: Case, kind: TermKind, *, start: date, agency: Any) -> Term:
    """Start a term of the case and let the case's due date follow."""
    term = Term.objects.create(case_kind=case.kind(), case_id=case.pk, agency=agency, **kind.starting(start))
    _follow(case)
    return term


def open_terms(cases: list[Any], kind: TermKind, *, start: date) -> None:
    """Start the same term for many cases, each for its own office."""
    if not cases:
        return
    same = kind.starting(start)
    Term.objects.bulk_create(
        [Term(case_kind=case.kind(), case_id=case.pk, agency_id=case.agency_id, **same) for case in cases],
        batch_size=2000,
    )
    follow_all(type(cases[0])._default_manager.filter(pk__in=[case.pk for case in cases]))


def end_term(case: Case, kind: TermKind, *, on: date, outcome: str) -> None:
    """End an open term of the case; one that is not open stays as it is."""
    terms_of(case).filter(kind=kind.name, ended_on=None).update(ended_on=on, outcome=outcome)
    _follow(case)


def end_terms(cases: QuerySet[Any], kind: TermKind, *, on: date, outcome: str) -> None:
    """End the same term of many cases."""
    ids = list(cases.values_list("pk", flat=True))
    open_ones = Term.objects.filter(case_kind=cases.model.kind(), case_id__in=ids, kind=kind.name, ended_on=None)
    open_ones.update(ended_on=on, outcome=outcome)
    follow_all(cases.model._default_manager.filter(pk__in=ids))


def terms_of(case: Case) -> QuerySet[Term]:
    """All terms of the case, oldest first."""
    return Term.objects.filter(case_kind=case.kind(), case_id=case.pk).order_by("started_on", "pk")


def receipt(term: Term) -> dates.DueDate:
    """The story of a due date (期限说明): each day counted or skipped, and why."""
    rule, _, n = term.rule.partition(":")
    return RULES[rule](term.started_on, int(n))


def follow_all(cases: QuerySet[Any]) -> None:
    """Let the due dates of many cases follow their terms, in one statement."""
    earliest = (
        Term.objects.filter(case_kind=cases.model.kind(), case_id=OuterRef("pk"), ended_on=None)
        .order_by()
        .values("case_id")
        .annotate(first=Min("due_on"))
        .values("first")
    )
    cases.update(due_on=Subquery(earliest))


def _follow(case: Case) -> None:
    case.due_on = terms_of(case).filter(ended_on=None).order_by().aggregate(first=Min("due_on"))["first"]
    case.save(update_fields=["due_on"])
