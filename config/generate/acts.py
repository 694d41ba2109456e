"""What people do after a generated month: institutions and offices agree, provinces confirm, each on their day.

The acts are jobs that stand beside the schedule only where they were asked for; ``run_due`` meets them in order, and
they call the same verbs as the screens do, in the name of those who act.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clearing import workflow as clearing_workflow
from clearing.enums import ConfirmationStatus
from clearing.models import ProvinceSheet
from common.dates import Month
from common.scheduling import Job, JobRun
from config.generate import actors
from config.generate.agreed import (
    FIRST_CONFIRMATION,
    FIRST_DAY,
    INSTITUTIONS_HOUR,
    LAST_DAY,
    LATE_CONFIRMATION,
    OFFICES_HOUR,
    agreement_day,
    confirmation_day,
    is_late,
)
from config.generate.rhythm import HOUR, at
from registry.models import Staff
from settlement import statements
from settlement.enums import StatementStatus
from settlement.models import Statement

ASKED = "acts"
ACTS = ("institutions_agree", "offices_agree", "provinces_confirm")
CONFIRMATIONS_HOUR = 11


@dataclass(frozen=True)
class ActDays:
    """Some days of the months after those whose acts were asked for; the period is the day."""

    months: tuple[Month, ...]
    days: range
    hour: int

    def planned(self, since: date, until: datetime) -> Iterator[tuple[str, datetime]]:
        for month in self.months:
            for day in self.days:
                moment = at(month.day(day), self.hour * HOUR)
                if since <= moment.date() and moment <= until:
                    yield moment.date().isoformat(), moment


def ask_for(month: Month) -> None:
    """Remember that the acts of the month are wanted."""
    first = at(month.first)
    JobRun.objects.create(
        job=ASKED, label="演示：机构、经办机构和各省按期办理", period=str(month), planned_at=first, started_at=first,
        ended_at=first, outcome=JobRun.Outcome.DONE,
    )  # fmt: skip


def with_acts(schedule: Sequence[Job]) -> tuple[Job, ...]:
    """The schedule, with the acts of the months they were asked for."""
    asked = [Month.parse(period) for period in _asked()]
    months = tuple(sorted({month.next(later) for month in asked for later in (1, 2)}))  # the late ones a month later
    agreeing, confirming = range(FIRST_DAY, LAST_DAY + 1), range(FIRST_CONFIRMATION, LATE_CONFIRMATION + 1)
    acts = (
        Job(
            ACTS[0], "演示：医药机构确认月度对账单", "规程第四十条",
            ActDays(months, agreeing, INSTITUTIONS_HOUR), institutions_agree, needs=("draw_statements",),
        ),
        Job(
            ACTS[1], "演示：经办机构确认月度对账单", "规程第四十条",
            ActDays(months, agreeing, OFFICES_HOUR), offices_agree, needs=(ACTS[0],),
        ),
        Job(
            ACTS[2], "演示：各省确认清算表", "规程第四十六条",
            ActDays(months, confirming, CONFIRMATIONS_HOUR), provinces_confirm, needs=("close_month",),
        ),
    )  # fmt: skip
    return (*schedule, *acts) if asked else tuple(schedule)


def institutions_agree(period: str, planned: datetime) -> dict[str, int]:
    """The institutions whose day it is agree to what they see."""
    due = _due(date.fromisoformat(period), StatementStatus.DRAWN)
    people = actors.institutions_people(statement.institution_id for statement in due)
    for statement in due:
        statements.agree_as_institution(statement, by=people[statement.institution_id], at=planned)
    return {"对账单": len(due)}


def offices_agree(period: str, planned: datetime) -> dict[str, int]:
    """Their offices agree the same day."""
    due = _due(date.fromisoformat(period), StatementStatus.INSTITUTION_AGREED)
    people = _people(actors.clerks())
    for statement in due:
        statements.agree(statement, by=people[statement.host_area_id], at=planned)
    return {"对账单": len(due)}


def provinces_confirm(period: str, planned: datetime) -> dict[str, int]:
    """The provinces whose day it is confirm their sheets."""
    on = date.fromisoformat(period)
    month = Month.of(on).previous()
    pending = ProvinceSheet.objects.filter(status=ConfirmationStatus.PENDING, sheet__period__lte=str(month))
    due = [part for part in pending.order_by("pk") if confirmation_day(part.province_id, month) == on]
    people = _people(actors.supervisors())
    for part in due:
        clearing_workflow.confirm(part, by=people[part.province_id], at=planned)
    return {"分省清算表": len(due)}


def _due(on: date, status: str) -> list[Statement]:
    """The statements that wait for an agreement given on this day, by those who are not late."""
    declared = Month.of(on).previous()
    waiting = Statement.objects.filter(declared_period=str(declared), status=status, period__in=_asked())
    return [
        statement
        for statement in waiting.select_related("institution").order_by("pk")
        if agreement_day(statement.institution_id, declared) == on
        and not (statement.period == str(declared) and is_late(statement.institution_id, declared))
    ]


def _asked() -> list[str]:
    """The months whose acts are wanted."""
    return sorted(JobRun.objects.filter(job=ASKED).values_list("period", flat=True))


def _people(ids: dict[str, int]) -> dict[str, Staff]:
    found = Staff.objects.in_bulk(list(ids.values()))
    return {place: found[pk] for place, pk in ids.items()}
