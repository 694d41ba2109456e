"""The month's jobs run at their moments, in order, once; however late, as if they had run on their day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from clearing.models import Notice, ProvinceSheet, Sheet, SheetRow
from common.cases import StatusChange, Term
from common.scheduling import JobRun, run_due
from common.transitions import Refused
from config.schedule import MONTH_JOBS, SCHEDULE, first_day
from filings import intake, workflow
from filings.enums import Category
from filings.models import Filing
from registry.models import Institution
from settlement.models import Statement, StatementLine
from tests.conftest import at
from tests.stories import (
    agree,
    application,
    confirm_all,
    file,
    in_shanghai,
    late_visit,
    open_hospital,
    publish,
    run_until,
    somebody,
    statement_of,
    traveller,
    visit,
)

pytestmark = pytest.mark.django_db


def planned(name: str, since: date, until: str) -> list[tuple[str, str]]:
    [job] = [job for job in SCHEDULE if job.name == name]
    return [(period, in_shanghai(moment)) for period, moment in job.when.planned(since, at(until))]


@pytest.fixture
def hospitals(db: None) -> list[Institution]:
    """Two hospitals with a visit each in September."""
    publish()
    made = [open_hospital(f"H1101010000{n}", "119900", "110000") for n in (1, 2)]
    for hospital in made:
        visit(traveller(), hospital, "outpatient", "2026-09-10 09:00", in_scope="100.00")
    return made


# When


@pytest.mark.parametrize(
    ("name", "period", "moment"),
    [
        ("draw_statements", "2026-09", "2026-10-01 00:10:00"),
        ("roll_statements", "2026-09", "2026-10-21 00:00:00"),
        ("close_month", "2026-09", "2026-10-21 00:10:00"),
        ("publish_notices", "2026-09", "2026-10-31 00:20:00"),
        ("open_next_months", "2026-09", "2026-09-25 01:00:00"),
    ],
)
def test_a_months_job_has_its_moment(name: str, period: str, moment: str) -> None:
    first = at(moment[:16])
    before = (first - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M")
    assert planned(name, date(2026, 9, 1), moment[:16]) == [(period, moment)]
    assert planned(name, date(2026, 9, 1), before) == []


def test_the_notices_of_december_and_of_a_short_month_come_on_their_last_day() -> None:
    found = dict(planned("publish_notices", date(2026, 11, 1), "2027-02-28 23:59"))
    assert found == {
        "2026-11": "2026-12-31 00:20:00", "2026-12": "2027-01-31 00:20:00", "2027-01": "2027-02-28 00:20:00",
    }  # fmt: skip


def test_filings_end_every_day() -> None:
    assert planned("expire_filings", date(2026, 9, 1), "2026-09-03 00:05") == [
        ("2026-09-01", "2026-09-01 00:05:00"), ("2026-09-02", "2026-09-02 00:05:00"),
        ("2026-09-03", "2026-09-03 00:05:00"),
    ]  # fmt: skip


def test_it_begins_with_the_first_month_that_has_settlements(hospitals: list[Institution]) -> None:
    assert first_day() == date(2026, 9, 1)
    late_visit("2026-10-02 09:00", traveller(), hospitals[0], "2026-08-31 09:00", in_scope="1.00")
    assert first_day() == date(2026, 8, 1)


def test_without_settlements_it_begins_with_this_month() -> None:
    assert first_day() == timezone.localdate().replace(day=1)


# In order and once


def test_everything_runs_once_in_the_order_of_its_moments(hospitals: list[Institution]) -> None:
    runs = run_until("2026-10-31 08:00")
    assert [run.planned_at for run in runs] == sorted(run.planned_at for run in runs)
    assert [run.job for run in runs if run.job in MONTH_JOBS] == list(MONTH_JOBS)
    assert {run.outcome for run in runs} == {JobRun.Outcome.DONE}
    assert run_until("2026-10-31 08:00") == []
    assert len({(run.job, run.period) for run in runs}) == len(runs) == JobRun.objects.count()


def test_the_tick_itself_finds_the_month_without_being_told_since_when(hospitals: list[Institution]) -> None:
    run_until("2026-09-30 12:00")
    for day in ("2026-10-01 00:11", "2026-10-21 00:11", "2026-10-31 00:21"):
        run_due(SCHEDULE, at(day))
    assert Sheet.objects.get().period == "2026-09"
    assert set(JobRun.objects.filter(period="2026-09").values_list("job", flat=True)) == {
        *MONTH_JOBS, "open_next_months",
    }  # fmt: skip


@pytest.mark.parametrize("shift", [timedelta(hours=-2), timedelta(hours=2)])
def test_a_job_moved_to_another_hour_does_not_run_its_past_again(
    hospitals: list[Institution], shift: timedelta
) -> None:
    run_until("2026-10-31 08:00")
    for job in ("roll_statements", "close_month"):
        JobRun.objects.filter(job=job).update(planned_at=at("2026-10-21 00:00") + shift)
    assert run_until("2026-10-31 08:00") == []


# Late


def test_the_sheet_of_day_21_run_on_the_24th_holds_what_was_agreed_by_the_20th(hospitals: list[Institution]) -> None:
    run_until("2026-10-01 08:00")
    agree(statement_of(hospitals[0], "2026-09"), "2026-10-20 23:59")
    runs = run_until("2026-10-24 15:00")
    assert {run.outcome for run in runs} == {JobRun.Outcome.DONE}
    sheet = Sheet.objects.get()
    assert (sheet.generated_on, sheet.settlements, in_shanghai(sheet.created_at)) == (
        date(2026, 10, 21), 1, "2026-10-21 00:10:00",
    )  # fmt: skip
    assert sheet.number.startswith("QS20261021")
    rolled = statement_of(hospitals[1], "2026-09")
    assert (rolled.declared_period, rolled.due_on) == ("2026-10", date(2026, 11, 20))
    ended = Term.objects.get(case_kind="settlement.statement", case_id=rolled.pk, ended_on__isnull=False)
    assert ended.ended_on == date(2026, 10, 20)
    assert {part.due_on for part in ProvinceSheet.objects.exclude(due_on=None)} == {date(2026, 10, 25)}


def test_between_the_20th_and_a_late_sheet_nobody_agrees(hospitals: list[Institution]) -> None:
    run_until("2026-10-01 08:00")
    statement = statement_of(hospitals[0], "2026-09")
    with pytest.raises(Refused, match="期限已过"):
        agree(statement, "2026-10-22 09:00")
    run_until("2026-10-24 15:00")
    assert Sheet.objects.get().settlements == 0


def everything() -> dict[str, Any]:
    """All that the schedule writes, but for running numbers and the clock of the runs themselves."""
    return {
        "filings": sorted(Filing.objects.values_list("category", "status", "valid_until", "due_on"), key=str),
        "statements": sorted(
            Statement.objects.values_list(
                "institution", "period", "declared_period", "delayed_months", "status", "amount", "due_on", "created_at"
            )
        ),
        "lines": sorted(StatementLine.objects.values_list("statement__period", "home_province", "service", "amount")),
        "terms": sorted(
            Term.objects.values_list("kind", "started_on", "due_on", "ended_on", "outcome", "agency"), key=str
        ),
        "sheets": sorted(
            Sheet.objects.values_list("period", "status", "amount", "sha256", "generated_on", "created_at")
        ),
        "rows": sorted(SheetRow.objects.values_list("sheet__period", "home", "host", "returned", "visits", "amount")),
        "provinces": sorted(
            ProvinceSheet.objects.values_list("sheet__period", "province", "status", "payable", "due_on"), key=str
        ),
        "notices": sorted(Notice.objects.values_list("sheet__period", "province", "kind", "amount", "published_at")),
        "history": sorted(StatusChange.objects.values_list("case_kind", "verb", "from_status", "to_status", "at")),
        # The books are examined as they are; a night that was missed is not made up.
        "runs": sorted(
            JobRun.objects.exclude(job="examine_books").values_list("job", "period", "planned_at", "outcome")
        ),
    }


def test_after_40_days_of_silence_one_run_leads_where_every_day_would_have(hospitals: list[Institution]) -> None:
    first, second = hospitals
    ending = somebody()
    short = application(ending, Category.OTHER_TEMPORARY, "110000", set(), valid_until=date(2026, 10, 25))
    applied = intake.apply(short, by=None, at=at("2026-08-14 16:00"))
    workflow.accept(applied, by=None, at=at("2026-08-17 09:00"))
    file(somebody(), Category.REFERRAL, "110000", {"referral_proof"})
    run_until("2026-10-14 08:00")
    agree(statement_of(first, "2026-09"), "2026-10-14 09:00")

    def people_go_on() -> None:
        """Bills come in while the schedule is silent: hospitals do not stop."""
        visit(traveller(), first, "outpatient", "2026-10-20 09:00", in_scope="40.00")
        late_visit("2026-10-28 09:00", traveller(), second, "2026-09-29 09:00", in_scope="10.00")

    with transaction.atomic():
        for day in range(12):
            run_until((at("2026-10-15 01:00") + timedelta(days=day)).strftime("%Y-%m-%d %H:%M"))
        people_go_on()
        for day in range(12, 41):
            run_until((at("2026-10-15 01:00") + timedelta(days=day)).strftime("%Y-%m-%d %H:%M"))
        every_day = everything()
        transaction.set_rollback(True)
    with transaction.atomic():
        people_go_on()
        assert {run.outcome for run in run_until("2026-11-24 01:00")} == {JobRun.Outcome.DONE}
        at_once = everything()
        transaction.set_rollback(True)
    for what, expected in every_day.items():
        assert at_once[what] == expected, what
    assert {period for period, *_ in at_once["sheets"]} == {"2026-09", "2026-10"}


def test_notices_after_a_silence_hold_what_was_confirmed_at_each_month_end(hospitals: list[Institution]) -> None:
    run_until("2026-10-01 08:00")
    agree(statement_of(hospitals[0], "2026-09"), "2026-10-14 09:00")
    run_until("2026-10-21 08:00")
    confirm_all(Sheet.objects.get(), "2026-11-03 09:00")
    run_until("2026-12-01 08:00")
    assert {in_shanghai(notice.published_at) for notice in Notice.objects.all()} == {"2026-11-30 00:20:00"}


# Faults


def test_what_needs_a_failed_job_waits_and_the_others_go_on(hospitals: list[Institution]) -> None:
    run_until("2026-10-01 08:00")
    # A month whose sheet is there already cannot be closed.
    Sheet.objects.create(
        number="QS0", agency_id="100000", status="generated", period="2026-09", created_at=at("2026-10-01 09:00"),
        generated_on=date(2026, 10, 1), settlements=0, amount=0, sha256="",
    )  # fmt: skip
    runs = {run.job: run for run in run_until("2026-11-01 08:00")}
    assert runs["close_month"].outcome == JobRun.Outcome.FAILED
    assert "一个月只清算一次" in runs["close_month"].error
    assert "publish_notices" not in runs
    assert runs["expire_filings"].outcome == runs["draw_statements"].outcome == JobRun.Outcome.DONE
    Sheet.objects.all().delete()
    again = [run for run in run_until("2026-11-01 09:00") if run.period == "2026-09"]
    assert [(run.job, run.outcome) for run in again] == [("close_month", "done"), ("publish_notices", "done")]
    assert again[0].attempts == 2
    assert Sheet.objects.get().generated_on == date(2026, 10, 21)
