"""What should have run runs once, in order, however late; what fails is seen, tried again, and waited for."""

from collections.abc import Iterator
from datetime import date, datetime, time
from threading import Timer

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from common.dates import Month
from common.locks import SCHEDULE
from common.numbers import next_number
from common.scheduling import Cadence, ClockSetBack, Daily, Job, JobRun, Monthly, run_due
from tests.conftest import at

Log = list[tuple[str, str]]
FROM = date(2026, 9, 1)


class Stage:
    """A small schedule that writes down what it does; jobs named in ``broken`` fail."""

    def __init__(self) -> None:
        self.log: Log = []
        self.broken: set[str] = set()

    def job(self, name: str, when: Cadence, *needs: str) -> Job:
        def act(period: str, planned: datetime) -> dict[str, int]:
            self.log.append((name, period))
            if name in self.broken:
                next_number("XX", date(2026, 9, 1))
                JobRun.objects.filter(job="half done").get_or_create(
                    defaults={"job": "half done", "planned_at": planned, "started_at": planned, "outcome": "done"}
                )
                raise RuntimeError("今天不行")
            return {"件数": len(self.log)}

        return Job(name, f"{name}的说明", "规程第四十六条", when, act, needs=needs)


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


def morning(day: int) -> datetime:
    """Ten o'clock on a day of October."""
    return at(f"2026-10-{day:02d} 10:00")


def done(runs: list[JobRun]) -> list[tuple[str, str, str]]:
    return [(run.job, run.period, run.outcome) for run in runs]


# When


def test_a_daily_job_is_planned_every_day_from_the_first_up_to_the_moment() -> None:
    cadence = Daily(time(0, 5))
    assert list(cadence.planned(date(2026, 9, 29), at("2026-10-01 00:05"))) == [
        ("2026-09-29", at("2026-09-29 00:05")),
        ("2026-09-30", at("2026-09-30 00:05")),
        ("2026-10-01", at("2026-10-01 00:05")),
    ]
    assert len(list(cadence.planned(date(2026, 9, 29), at("2026-10-01 00:04")))) == 2


@pytest.mark.parametrize(
    ("cadence", "moment"),
    [
        (Monthly(21, time(0, 10)), "2026-10-21 00:10"),
        (Monthly(1, time(0, 0)), "2026-10-01 00:00"),
        (Monthly(0, time(0, 20)), "2026-10-31 00:20"),
        (Monthly(25, time(1, 0), 0), "2026-09-25 01:00"),
        (Monthly(0, time(1, 0), 5), "2027-02-28 01:00"),
    ],
)
def test_a_monthly_job_is_planned_for_its_month_on_its_day(cadence: Monthly, moment: str) -> None:
    assert cadence.moment_for(Month(2026, 9)) == at(moment)
    planned = dict(cadence.planned(FROM, at(moment)))
    assert planned["2026-09"] == at(moment)
    assert max(planned) == "2026-09", "a minute later nothing else is due"


def test_a_monthly_job_turns_the_year() -> None:
    planned = Monthly(21, time(0, 10)).planned(date(2026, 12, 5), at("2027-02-21 00:10"))
    assert [moment for _, moment in planned] == [at("2027-01-21 00:10"), at("2027-02-21 00:10")]


# Once and in order


def test_everything_that_is_due_runs_in_the_order_of_its_moments_and_then_of_the_schedule(stage: Stage) -> None:
    schedule = (
        stage.job("second", Monthly(3, time(0, 0)), "first"),
        stage.job("first", Daily(time(0, 0))),
    )
    run_due(schedule, morning(3), since=date(2026, 10, 2))
    assert stage.log == [("first", "2026-10-02"), ("first", "2026-10-03")], "September's is not asked for"
    stage.log.clear()
    JobRun.objects.all().delete()
    run_due(schedule, morning(3), since=date(2026, 9, 30))
    assert stage.log == [
        ("first", "2026-09-30"), ("first", "2026-10-01"), ("first", "2026-10-02"), ("second", "2026-09"),
        ("first", "2026-10-03"),
    ]  # fmt: skip


def test_what_ran_does_not_run_again(stage: Stage) -> None:
    schedule = (stage.job("books", Daily(time(0, 5))),)
    assert done(run_due(schedule, morning(1), since=date(2026, 10, 1))) == [("books", "2026-10-01", "done")]
    assert run_due(schedule, morning(1), since=date(2026, 10, 1)) == []
    assert done(run_due(schedule, morning(2), since=date(2026, 10, 1))) == [("books", "2026-10-02", "done")]


def test_a_run_leaves_a_row_that_tells_the_clerk_what_it_did(stage: Stage) -> None:
    (run,) = run_due((stage.job("books", Daily(time(0, 5))),), morning(1), since=date(2026, 10, 1))
    kept = JobRun.objects.get(pk=run.pk)
    assert (kept.label, kept.article, kept.counts) == ("books的说明", "规程第四十六条", {"件数": 1})
    assert (kept.planned_at, kept.attempts, kept.error) == (at("2026-10-01 00:05"), 1, "")
    assert kept.ended_at is not None and kept.started_at <= kept.ended_at


def test_after_an_outage_every_missed_run_is_made_up_for_in_order(stage: Stage) -> None:
    schedule = (stage.job("books", Daily(time(0, 5))), stage.job("close", Monthly(21, time(0, 10))))
    run_due(schedule, at("2026-10-19 10:00"), since=FROM)
    stage.log.clear()
    run_due(schedule, at("2026-10-22 10:00"), since=FROM)
    assert stage.log == [
        ("books", "2026-10-20"), ("books", "2026-10-21"), ("close", "2026-09"), ("books", "2026-10-22"),
    ]  # fmt: skip


def test_without_a_first_day_the_first_scheduler_begins_with_the_month(stage: Stage) -> None:
    run_due((stage.job("books", Daily(time(0, 5))),), morning(3))
    assert stage.log == [("books", "2026-10-01"), ("books", "2026-10-02"), ("books", "2026-10-03")]


def test_without_a_first_day_a_later_scheduler_begins_where_the_first_did(stage: Stage) -> None:
    schedule = (stage.job("books", Daily(time(0, 5))), stage.job("close", Monthly(21, time(0, 10))))
    run_due(schedule, at("2026-09-30 10:00"))
    stage.log.clear()
    run_due(schedule, at("2026-10-21 10:00"))
    assert ("close", "2026-09") in stage.log
    assert next(period for name, period in stage.log if name == "books") == "2026-10-01"


def test_a_schedule_that_was_moved_does_not_run_its_past_again(stage: Stage) -> None:
    run_due((stage.job("books", Daily(time(0, 5))),), morning(3), since=date(2026, 10, 1))
    stage.log.clear()
    for moved in (time(0, 1), time(9, 0)):
        assert run_due((stage.job("books", Daily(moved)),), morning(3), since=date(2026, 10, 1)) == []


def test_only_the_named_jobs_run(stage: Stage) -> None:
    schedule = (stage.job("books", Daily(time(0, 5))), stage.job("letters", Daily(time(0, 6))))
    run_due(schedule, morning(1), since=date(2026, 10, 1), only=["letters"])
    assert stage.log == [("letters", "2026-10-01")]


# What fails


def test_a_failure_is_seen_and_leaves_nothing_half_done(stage: Stage) -> None:
    stage.broken = {"books"}
    (run,) = run_due((stage.job("books", Daily(time(0, 5))),), morning(1), since=date(2026, 10, 1))
    assert run.outcome == JobRun.Outcome.FAILED
    assert "RuntimeError: 今天不行" in JobRun.objects.get(pk=run.pk).error
    assert not JobRun.objects.filter(job="half done").exists()


def test_a_failure_is_tried_again_until_it_is_done(stage: Stage) -> None:
    schedule = (stage.job("books", Daily(time(0, 5))),)
    stage.broken = {"books"}
    run_due(schedule, morning(1), since=date(2026, 10, 1))
    run_due(schedule, morning(1), since=date(2026, 10, 1))
    stage.broken = set()
    (run,) = run_due(schedule, morning(1), since=date(2026, 10, 1))
    assert (run.outcome, run.attempts, run.error) == (JobRun.Outcome.DONE, 3, "")
    assert run_due(schedule, morning(1), since=date(2026, 10, 1)) == []
    assert JobRun.objects.count() == 1


def test_a_run_that_was_killed_is_run_again(stage: Stage) -> None:
    schedule = (stage.job("books", Daily(time(0, 5))),)
    run_due(schedule, morning(1), since=date(2026, 10, 1))
    JobRun.objects.update(outcome=JobRun.Outcome.RUNNING, ended_at=None)
    assert done(run_due(schedule, morning(1), since=date(2026, 10, 1))) == [("books", "2026-10-01", "done")]


def test_who_needs_a_failed_job_waits_and_the_others_go_on(stage: Stage) -> None:
    schedule = (
        stage.job("draw", Daily(time(0, 1))),
        stage.job("close", Daily(time(0, 2)), "draw"),
        stage.job("letters", Daily(time(0, 3))),
    )
    stage.broken = {"draw"}
    run_due(schedule, morning(1), since=date(2026, 10, 1))
    assert [name for name, _ in stage.log] == ["draw", "letters"]
    stage.broken = set()
    stage.log.clear()
    run_due(schedule, morning(1), since=date(2026, 10, 1))
    assert [name for name, _ in stage.log] == ["draw", "close"]


def test_who_needs_a_job_that_itself_waits_waits_too(stage: Stage) -> None:
    schedule = (
        stage.job("draw", Daily(time(0, 1))),
        stage.job("roll", Daily(time(0, 2)), "draw"),
        stage.job("close", Daily(time(0, 3)), "roll"),
    )
    stage.broken = {"draw"}
    run_due(schedule, morning(1), since=date(2026, 10, 1))
    assert [name for name, _ in stage.log] == ["draw"]


def test_a_later_failure_does_not_hold_up_what_was_planned_before_it(stage: Stage) -> None:
    close, books = stage.job("close", Daily(time(0, 1)), "books"), stage.job("books", Daily(time(0, 2)))
    stage.broken = {"books"}
    run_due((books, close), morning(1), since=date(2026, 10, 1))
    assert [name for name, _ in stage.log] == ["close", "books"]


def test_a_failed_run_moves_along_with_its_schedule_and_holds_nobody_up_afterwards(stage: Stage) -> None:
    stage.broken = {"draw"}
    run_due((stage.job("draw", Daily(time(0, 1))),), morning(1), since=date(2026, 10, 1))
    stage.broken = set()
    schedule = (stage.job("draw", Daily(time(0, 2))), stage.job("close", Daily(time(0, 3)), "draw"))
    runs = run_due(schedule, morning(1), since=date(2026, 10, 1))
    assert done(runs) == [("draw", "2026-10-01", "done"), ("close", "2026-10-01", "done")]
    assert (runs[0].planned_at, runs[0].attempts) == (at("2026-10-01 00:02"), 2)


# One scheduler, one direction


@pytest.fixture
def another_scheduler(db: None) -> Iterator[None]:
    """Somebody else's connection that holds the lease."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SCHEDULE])
    yield
    hand_back(other)


def hand_back(other: BaseDatabaseWrapper) -> None:
    """Give the lease back before hanging up: the server ends a closed connection, and its locks, only a little later."""
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [SCHEDULE])
    other.close()


def test_while_another_scheduler_is_at_work_nothing_is_done(stage: Stage, another_scheduler: None) -> None:
    assert run_due((stage.job("books", Daily(time(0, 5))),), morning(1), since=FROM) == []
    assert (stage.log, JobRun.objects.count()) == ([], 0)


def test_who_was_told_to_wait_works_when_the_other_has_done(stage: Stage) -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SCHEDULE])
    released = Timer(0.3, other.connection.close)  # its lease falls with its connection
    released.start()
    runs = run_due((stage.job("books", Daily(time(0, 5))),), morning(1), since=date(2026, 10, 1), wait=True)
    released.join()
    assert done(runs) == [("books", "2026-10-01", "done")]


def test_the_lease_is_given_back(stage: Stage) -> None:
    run_due((stage.job("books", Daily(time(0, 5))),), morning(1), since=FROM)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [SCHEDULE])
            assert cursor.fetchone() == (True,)
    finally:
        hand_back(other)


def test_a_clock_that_was_set_back_is_refused(stage: Stage) -> None:
    stage.broken = {"close"}
    run_due((stage.job("close", Monthly(21, time(0, 10))),), at("2026-10-21 10:00"), since=FROM)
    with pytest.raises(ClockSetBack, match="2026-09 期已有更晚的运行"):
        run_due((stage.job("close", Monthly(20, time(0, 10))),), at("2026-10-20 10:00"), since=FROM)
    assert stage.log == [("close", "2026-09")]
