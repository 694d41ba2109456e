"""How the months stand that are being worked on, as one office may see it: read once, with as many questions as ever."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Min, Q
from django.http import HttpRequest

from clearing.enums import ConfirmationStatus, SheetStatus
from clearing.models import Notice, ProvinceSheet, Sheet, SheetRow
from common import scope
from common.dates import Month
from common.models import JobRun, Term
from config.schedule import MONTH_JOBS
from settlement import statements
from settlement.models import Statement

OPEN_SHEETS = (SheetStatus.GENERATED, SheetStatus.CONFIRMED)


@dataclass
class Standing:
    """What is known of one month, each figure as far as this office may see it."""

    month: Month
    statements: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # by status
    rolled: int = 0  # statements that went on into the next month
    sheet: Sheet | None = None
    pending: list[ProvinceSheet] = field(default_factory=list)
    unnoticed: int = 0  # rows of the sheet that stand on no notice yet
    notices: int = 0
    failed: list[JobRun] = field(default_factory=list)

    @property
    def unagreed(self) -> int:
        """Statements that one side or both have still to agree to."""
        return sum(self.statements[status] for status in statements.OPEN)

    def failed_at(self, *jobs: str) -> list[JobRun]:
        """The failed runs of these jobs."""
        return [run for run in self.failed if run.job in jobs]


def standings(request: HttpRequest, today: date, failed: list[JobRun]) -> list[Standing]:
    """The month before today's, and before it the earliest one in which something is still open."""
    current = Month.of(today).previous()
    earliest = _earliest_open(request, current, failed)
    months = [earliest, current] if earliest else [current]
    found = {str(month): Standing(month) for month in months}
    _read_statements(request, found)
    if request.user.has_perm("clearing.view_sheet"):
        _read_sheets(request, found)
    for run in failed:
        if run.period in found and run.job in MONTH_JOBS:
            found[run.period].failed.append(run)
    return list(found.values())


def failed_runs(request: HttpRequest) -> list[JobRun]:
    """The jobs that failed and have not been made good, the latest first, for those who may see jobs."""
    if not request.user.has_perm("common.view_jobrun"):
        return []
    failed = scope.visible(JobRun, request.user).filter(outcome=JobRun.Outcome.FAILED)
    return list(failed.defer("error").order_by("-planned_at", "pk"))


def _earliest_open(request: HttpRequest, current: Month, failed: list[JobRun]) -> Month | None:
    """The first month before the current one that still has an open term, a row on no notice, or a failed job."""
    periods = [run.period for run in failed if run.job in MONTH_JOBS]
    if request.user.institution_id:
        own = scope.visible(Statement, request.user).filter(status__in=statements.OPEN)
        periods += [own.aggregate(first=Min("declared_period"))["first"] or ""]
    else:
        kinds = [Statement.kind(), ProvinceSheet.kind()]
        late = scope.visible(Term, request.user).filter(ended_on=None, due_on__lt=current.next().first)
        due_on = late.filter(case_kind__in=kinds).aggregate(first=Min("due_on"))["first"]
        periods += [str(Month.of(due_on).previous())] if due_on else []
    if request.user.has_perm("clearing.view_sheet"):
        rows = scope.visible(SheetRow, request.user).filter(sheet__status__in=OPEN_SHEETS, notice_lines=None)
        periods += [rows.aggregate(first=Min("sheet__period"))["first"] or ""]
    earlier = [period for period in periods if period and period < str(current)]
    return Month.parse(min(earlier)) if earlier else None


def _read_statements(request: HttpRequest, found: dict[str, Standing]) -> None:
    """Statements by status, and those that went on into the month after."""
    after = {str(standing.month.next()): standing for standing in found.values()}
    held = scope.visible(Statement, request.user).filter(declared_period__in=[*found, *after])
    delayed = Count("pk", filter=Q(delayed_months__gt=0))
    for line in held.order_by().values("declared_period", "status").annotate(n=Count("pk"), delayed=delayed):
        period = line["declared_period"]
        if period in found:
            found[period].statements[line["status"]] += line["n"]
        if period in after:
            after[period].rolled += line["delayed"]


def _read_sheets(request: HttpRequest, found: dict[str, Standing]) -> None:
    """The sheets, who has still to confirm, and what stands on no notice."""
    for sheet in scope.visible(Sheet, request.user).filter(period__in=found):
        found[sheet.period].sheet = sheet
    in_months = {"sheet__period__in": list(found)}
    parts = scope.visible(ProvinceSheet, request.user).filter(status=ConfirmationStatus.PENDING, **in_months)
    for part in parts.select_related("sheet", "province").order_by("province"):
        found[part.sheet.period].pending.append(part)
    rows = scope.visible(SheetRow, request.user).filter(notice_lines=None, **in_months).order_by()
    for line in rows.values("sheet__period").annotate(n=Count("pk")):
        found[line["sheet__period"]].unnoticed = line["n"]
    notices = scope.visible(Notice, request.user).filter(**in_months).order_by()
    for line in notices.values("sheet__period").annotate(n=Count("pk")):
        found[line["sheet__period"]].notices = line["n"]
