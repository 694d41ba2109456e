"""``manage.py run_due``: what it prints, what it refuses, and what a rehearsal leaves behind."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.utils import timezone

from clearing.models import Sheet
from common.scheduling import JobRun
from registry.models import Institution
from tests.conftest import at
from tests.stories import late_visit, open_hospital, publish, refused_without_trace, row_counts, traveller

pytestmark = pytest.mark.django_db


def told(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command("run_due", *args, stdout=out, **options)
    return out.getvalue()


def refused(*args: str) -> str:
    error = refused_without_trace(lambda: told(*args), CommandError)
    assert error.returncode == 1
    return str(error)


@pytest.fixture(autouse=True)
def whatever_the_day(settings: LazySettings) -> None:
    """These stories play in 2026, on whichever day they are told."""
    settings.DEMO = True


def ahead() -> str:
    """A moment that has not come yet, after the sheet of August 2026."""
    return max(timezone.now() + timedelta(days=1), at("2026-09-30 12:00")).isoformat()


@pytest.fixture
def hospital(db: None) -> Institution:
    """With one bill of a month that is over."""
    publish()
    hospital = open_hospital("H11010100001", "119900", "110000")
    late_visit("2026-08-30 09:00", traveller(), hospital, "2026-08-25 09:00", in_scope="100.00")
    return hospital


def test_it_prints_a_line_for_each_run_with_moment_job_period_outcome_and_counts(hospital: Institution) -> None:
    lines = told("--now", "2026-09-21T00:30:00+08:00").splitlines()
    assert "2026-09-01 00:10  每月1日生成上月各机构对账单  2026-08 期  完成  对账单 1" in lines
    assert lines[-1] == "2026-09-21 00:10  21日生成全国清算表和分省清算表  2026-08 期  完成  清算明细 0，人次 0"
    assert told("--now", "2026-09-21T00:30:00+08:00") == "没有应做而未做的作业。\n"


@pytest.mark.parametrize("same", ["2026-09-20T16:10:00+00:00", "2026-09-20T16:10:00Z", "2026-09-21T00:10:00+08:00"])
def test_any_offset_is_understood(hospital: Institution, same: str) -> None:
    assert "21日生成全国清算表" in told("--now", same)


def test_a_minute_earlier_the_sheet_is_not_due(hospital: Institution) -> None:
    assert "21日生成全国清算表" not in told("--now", "2026-09-21T00:09:59+08:00")


def test_without_a_moment_it_is_now() -> None:
    told()
    assert not JobRun.objects.filter(planned_at__gt=timezone.now()).exists()
    assert told() == "没有应做而未做的作业。\n"


@pytest.mark.parametrize("text", ["yesterday", "21.10.2026", "2026-13-01T00:00:00+08:00", ""])
def test_what_is_no_moment_is_refused_with_what_to_write(text: str) -> None:
    assert refused("--now", text) == f"时刻“{text}”不正确，请写成 2026-10-21T00:30:00+08:00。"


@pytest.mark.parametrize("text", ["2026-09-21T00:30:00", "2026-09-21"])
def test_a_moment_without_offset_is_refused_with_what_to_write(text: str) -> None:
    assert "没有写明时区" in refused("--now", text)


def test_the_future_is_refused_outside_demo_and_rehearsal(settings: LazySettings, hospital: Institution) -> None:
    settings.DEMO = False
    assert "还没有到" in refused("--now", ahead())
    settings.DEMO = True
    assert "完成" in told("--now", ahead())


def test_a_rehearsal_shows_what_would_be_done_and_leaves_nothing(settings: LazySettings, hospital: Institution) -> None:
    settings.DEMO = False
    before = row_counts()
    out = told("--now", ahead(), "--rehearse")
    assert "21日生成全国清算表和分省清算表  2026-08 期  完成" in out
    assert "以上为演练，已全部撤回。" in out
    assert row_counts() == before


def test_one_failed_job_is_told_and_ends_with_1(hospital: Institution) -> None:
    Sheet.objects.create(
        number="QS0", agency_id="100000", status="generated", period="2026-08", created_at=at("2026-09-01 09:00"),
        generated_on=date(2026, 9, 1), settlements=0, amount=0, sha256="",
    )  # fmt: skip
    out = StringIO()
    with pytest.raises(CommandError, match="1 项作业失败") as failed:
        call_command("run_due", "--now", "2026-09-21T00:30:00+08:00", stdout=out)
    assert failed.value.returncode == 1
    last = out.getvalue().splitlines()[-1]
    assert "失败" in last
    assert "一个月只清算一次" in last
    assert JobRun.objects.filter(outcome=JobRun.Outcome.FAILED).count() == 1


def test_a_clock_set_back_is_told_and_ends_with_1(hospital: Institution) -> None:
    told("--now", "2026-09-21T00:05:00+08:00")
    JobRun.objects.create(
        job="close_month", label="清算", period="2026-08", planned_at=at("2026-09-21 09:00"),
        started_at=at("2026-09-21 09:00"), outcome=JobRun.Outcome.FAILED,
    )  # fmt: skip
    message = refused("--now", "2026-09-21T00:30:00+08:00")
    assert "2026-09-21 09:00" in message
    assert "请核对系统时钟和 --now" in message
