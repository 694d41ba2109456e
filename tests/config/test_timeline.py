"""The calendar of a month: its days, its articles, and that the schedule and the terms keep to it."""

from datetime import date, timedelta

import pytest

from clearing.workflow import CONFIRMATION
from common.dates import Month
from common.scheduling import Monthly
from config.schedule import SCHEDULE
from config.timeline import Stage, timeline
from settlement.statements import AGREEMENT, agreement_due

MONTHS = [Month(2023, 1).next(n) for n in range(72)]


def days(month: Month) -> dict[Stage, date]:
    return {due.stage: due.on for due in timeline(month)}


def planned(name: str, month: Month) -> date:
    """The day on which the schedule runs a job for the month."""
    [job] = [job for job in SCHEDULE if job.name == name]
    assert isinstance(job.when, Monthly)
    return job.when.moment_for(month).date()


def test_the_calendar_of_september_as_a_clerk_reads_it() -> None:
    assert [(f"{due.on:%m-%d}", due.stage.value, due.article.number) for due in timeline(Month(2026, 9))] == [
        ("10-03", "上月逐日对账全部完成", "第三十八条"),
        ("10-20", "对账单双方确认，申报截止", "第四十条"),
        ("10-21", "生成全国和分省清算表", "第四十六条"),
        ("10-25", "各省确认清算表", "第四十六条"),
        ("10-26", "费用协查申请汇总冻结", "第五十八条"),
        ("10-31", "发布付款、收款通知书", "第四十七条"),
    ]


@pytest.mark.parametrize(
    ("month", "last"), [("2026-01", "2026-02-28"), ("2028-01", "2028-02-29"), ("2026-11", "2026-12-31")]
)
def test_the_month_ends_on_its_last_day(month: str, last: str) -> None:
    assert days(Month.parse(month))[Stage.NOTICES] == date.fromisoformat(last)


def test_a_month_before_the_procedures_has_no_calendar() -> None:
    with pytest.raises(LookupError):
        timeline(Month(2022, 11))


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_the_schedule_runs_on_the_days_of_the_calendar(month: Month) -> None:
    calendar = days(month)
    assert planned("roll_statements", month) == calendar[Stage.AGREEMENT] + timedelta(days=1)
    assert planned("close_month", month) == calendar[Stage.SHEET]
    assert planned("publish_notices", month) == calendar[Stage.NOTICES]


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_the_terms_end_on_the_days_of_the_calendar(month: Month) -> None:
    calendar = days(month)
    assert calendar[Stage.AGREEMENT] == agreement_due(month) == AGREEMENT.due(month.last).due_on
    assert calendar[Stage.CONFIRMATION] == CONFIRMATION.due(calendar[Stage.SHEET]).due_on
