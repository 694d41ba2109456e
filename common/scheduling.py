"""Every scheduled job leaves a row, and what should have run and did not is caught up once, in order."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

import structlog
from django.db import models, transaction
from django.utils import timezone

from common import locks
from common.dates import Month
from common.law import Dated

logger = structlog.get_logger(__name__)


class Cadence(Protocol):
    """When a job is planned: pairs of period and planned moment, from a day up to a moment."""

    def planned(self, since: date, until: datetime) -> Iterator[tuple[str, datetime]]: ...


@dataclass(frozen=True)
class Daily:
    """Every day at a time; the period is the day."""

    at: time

    def planned(self, since: date, until: datetime) -> Iterator[tuple[str, datetime]]:
        day = since
        while (moment := _moment(day, self.at)) <= until:
            yield day.isoformat(), moment
            day += timedelta(days=1)


@dataclass(frozen=True)
class Nightly:
    """Every day at a time, for what looks at the present: of the days that were missed only the latest is run."""

    at: time

    def planned(self, since: date, until: datetime) -> Iterator[tuple[str, datetime]]:
        today = timezone.localdate(until)
        day = today if _moment(today, self.at) <= until else today - timedelta(days=1)
        if day >= since:
            yield day.isoformat(), _moment(day, self.at)


@dataclass(frozen=True)
class Monthly:
    """For each month, on a day of the ``months_later`` month after it; day 0 is that month's last.

    A day of the law is the one in force for the month; ``after`` days may follow it (the first moment after day 20).
    """

    day: int | Dated[int]
    at: time
    months_later: int = 1
    after: int = 0

    def planned(self, since: date, until: datetime) -> Iterator[tuple[str, datetime]]:
        month = Month.of(since)
        while (moment := self.moment_for(month)) <= until:
            yield str(month), moment
            month = month.next()

    def moment_for(self, month: Month) -> datetime:
        """The planned moment for one month."""
        then = month.next(self.months_later)
        day = self.day.on(month.last) if isinstance(self.day, Dated) else self.day
        return _moment((then.day(day) if day else then.last) + timedelta(days=self.after), self.at)


@dataclass(frozen=True)
class Job:
    """One entry of the schedule: its name, a sentence a clerk understands, its article, when, and what it calls.

    ``act(period, planned)`` works with what was known at the planned moment, may be called twice without harm, and
    returns its counts. ``needs`` names jobs that must not have failed at an earlier moment; with ``in_order`` the job
    itself must not have either.
    """

    name: str
    label: str
    article: str
    when: Cadence
    act: Callable[[str, datetime], dict[str, int]]
    needs: tuple[str, ...] = ()
    in_order: bool = False


class JobRun(models.Model):
    """One run of a scheduled job (作业运行记录)."""

    class Outcome(models.TextChoices):
        RUNNING = "running", "运行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"

    job = models.CharField("作业", max_length=60)
    label = models.CharField("说明", max_length=200)
    article = models.CharField("依据", max_length=120, blank=True)
    period = models.CharField("所属期", max_length=10)
    planned_at = models.DateTimeField("计划时间")
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", null=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=1)
    counts = models.JSONField("处理件数", default=dict)
    error = models.TextField("错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "作业运行记录"
        constraints = [
            models.UniqueConstraint(
                fields=["job", "period"],
                name="job_run_once_per_period",
                violation_error_message="同一作业的同一期只能有一条运行记录。",
            )
        ]
        indexes = [models.Index(fields=["-planned_at"], name="job_run_latest")]

    def __str__(self) -> str:
        return f"{self.label}（{self.period}）"


class ClockSetBack(Exception):
    """A run was asked for a moment before one that already ran for the same job and period."""


def run_due(
    schedule: Sequence[Job], now: datetime, *, since: date | None = None, only: Sequence[str] = (), wait: bool = False
) -> list[JobRun]:
    """Run every job that should have run by ``now`` and has not, once, in order; the runs made now are returned.

    ``since`` is the first day with anything to do; without it, the first of the first month that ran, or of this one.
    While another scheduler holds the lease nothing is done, unless told to ``wait`` for it. A failed run is tried again
    at the next call; jobs that need it wait, the others go on.
    """
    with locks.lease(locks.SCHEDULE, wait=wait) as held:
        if not held:
            logger.info("another scheduler is at work")
            return []
        runs = []
        for job, period, planned in _missing(schedule, since or _begun_on(now), now):
            if only and job.name not in only:
                continue
            if waiting := _failed_need(job, schedule, planned):
                logger.warning("job waits", job=job.name, period=period, needs=waiting)
                continue
            runs.append(_run(job, period, planned))
        return runs


def _begun_on(now: datetime) -> date:
    """Where nobody says since when: from the first month that any job ever ran for, else from this month."""
    first = JobRun.objects.order_by("period").values_list("period", flat=True).first()
    return (Month.parse(first[:7]) if first else Month.of(timezone.localdate(now))).first


def _missing(schedule: Sequence[Job], since: date, now: datetime) -> list[tuple[Job, str, datetime]]:
    # By period, not by moment: a schedule moved by an hour does not run its whole past again.
    done = set(JobRun.objects.filter(outcome=JobRun.Outcome.DONE).values_list("job", "period"))
    wanted = []
    for place, job in enumerate(schedule):
        for period, planned in job.when.planned(since, now):
            if (job.name, period) not in done:
                wanted.append((planned, place, job, period))
    wanted.sort(key=lambda entry: entry[:2])
    return [(job, period, planned) for planned, _, job, period in wanted]


def _all_needs(job: Job, schedule: Sequence[Job]) -> set[str]:
    """What the job needs and what that needs in turn: a job that waits itself leaves no run to be seen."""
    needs = set(job.needs)
    for earlier in reversed(schedule):
        if earlier.name in needs:
            needs |= set(earlier.needs)
    return needs


def _failed_need(job: Job, schedule: Sequence[Job], planned: datetime) -> str:
    needed = models.Q(job__in=_all_needs(job, schedule), planned_at__lte=planned)
    if job.in_order:
        needed |= models.Q(job=job.name, planned_at__lt=planned)
    unfinished = JobRun.objects.filter(needed).exclude(outcome=JobRun.Outcome.DONE)
    return unfinished.order_by("planned_at").values_list("job", flat=True).first() or ""


def _run(job: Job, period: str, planned: datetime) -> JobRun:
    later = JobRun.objects.filter(job=job.name, period=period, planned_at__gt=planned).order_by("planned_at").first()
    if later:
        raise ClockSetBack(
            f"作业“{job.label}”{period} 期已有更晚的运行（{timezone.localtime(later.planned_at):%Y-%m-%d %H:%M}），不能补跑。"
        )
    run, created = JobRun.objects.get_or_create(
        job=job.name,
        period=period,
        defaults={
            "label": job.label,
            "article": job.article,
            "planned_at": planned,
            "started_at": timezone.now(),
            "outcome": JobRun.Outcome.RUNNING,
        },
    )
    if not created:
        run.attempts += 1
        run.planned_at = planned  # a schedule moved to later takes its failed run along
        run.started_at, run.ended_at, run.outcome, run.error = timezone.now(), None, JobRun.Outcome.RUNNING, ""
        run.save()
    try:
        with transaction.atomic():  # what was done and that it was done are kept together, or neither
            run.counts = job.act(period, planned)
            run.outcome, run.ended_at = JobRun.Outcome.DONE, timezone.now()
            run.save()
    except Exception:  # a job that fails must be seen, and the others must go on
        logger.exception("job failed", job=job.name, period=period)
        run.outcome, run.error = JobRun.Outcome.FAILED, traceback.format_exc(limit=-8)
        run.ended_at = timezone.now()
        run.save()
    return run


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=timezone.get_default_timezone())
