"""Terms as the clerks count them: by table, by an independent walk over every day, and by what must always hold."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from common import dates
from common.calendar_source import published_calendar, statutory_holidays
from common.dates import BeyondCalendar, Calendar, CalendarDay, DayKind, DueDate, Month
from common.management.commands.term import Command

EXAMPLES = Path(__file__).parent / "examples" / "terms.csv"
ONE_DAY = timedelta(days=1)

TERMS: dict[str, Callable[[date, str], DueDate]] = {
    "工作日": lambda start, n: dates.working_days_after(published_calendar(), start, int(n)),
    "自然日": lambda start, n: dates.days_after(published_calendar(), start, int(n)),
    "月": lambda start, n: dates.months_after(start, int(n)),
    "几日前": lambda start, n: dates.by_day(start, int(n)),
    "次月几日前": lambda start, n: dates.by_day_of_next_month(start, int(n)),
    "月底前": lambda start, _: dates.by_month_end(start),
    "第一季度": lambda start, _: dates.first_quarter(start),
}


def examples() -> list[dict[str, str]]:
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("example", examples(), ids=lambda example: example["说明"])
def test_a_term_ends_as_in_the_table_of_examples(example: dict[str, str]) -> None:
    due = TERMS[example["期限"]](date.fromisoformat(example["起算日"]), example["数目"])
    assert due.due_on == date.fromisoformat(example["到期日"])
    assert due.provisional == (example["暂估"] == "是")


def test_every_day_from_2004_to_2026_agrees_with_a_walk_day_by_day() -> None:
    table = published_calendar()
    on, last = date(2004, 1, 1), date(2026, 12, 1)
    every_day = (on + ONE_DAY * step for step in range((date(2026, 12, 31) - on).days + 1))
    working = {day: chinese_calendar.is_workday(day) for day in every_day}
    while on <= last:
        walked, due, ends = 0, on, {}
        while walked < 10:
            due += ONE_DAY
            walked += working[due]
            if working[due]:
                ends[walked] = due
        for n in (1, 2, 3, 5, 10):
            term = dates.working_days_after(table, on, n)
            assert term.due_on == ends[n] == dates.add_working_days(table, on, n)
            assert [day.counted for day in term.days].count(True) == n
            assert len(term.days) == (ends[n] - on).days + 1
        on += ONE_DAY


def test_each_day_of_a_term_says_why_it_counts_or_not() -> None:
    due = dates.working_days_after(published_calendar(), date(2026, 9, 24), 2)
    assert [(day.on.isoformat(), day.counted, day.why) for day in due.days] == [
        ("2026-09-24", False, "起算日，不计入"),
        ("2026-09-25", False, "节假日：中秋节"),
        ("2026-09-26", False, "节假日：中秋节"),
        ("2026-09-27", False, "节假日：中秋节"),
        ("2026-09-28", True, "工作日"),
        ("2026-09-29", True, "工作日"),
    ]


def test_a_make_up_day_and_a_plain_weekend_are_told_apart() -> None:
    due = dates.working_days_after(published_calendar(), date(2026, 2, 27), 2)
    assert [day.why for day in due.days[1:]] == ["调休上班（春节）", "周末", "工作日"]


def test_calendar_days_count_without_a_table_and_past_it() -> None:
    due = dates.days_after(None, date(2040, 1, 1), 3)
    assert (due.due_on, due.provisional, len(due.days)) == (date(2040, 1, 4), False, 4)
    assert dates.days_after(published_calendar(), date(2040, 1, 1), 3).due_on == due.due_on


def test_a_term_on_its_day_lists_start_and_due_only() -> None:
    assert [day.on.day for day in dates.by_day(date(2026, 9, 1), 21).days] == [1, 21]
    assert [day.counted for day in dates.by_month_end(date(2026, 9, 30)).days] == [True]


@pytest.mark.parametrize(
    "ask",
    [
        lambda: dates.working_days_after(published_calendar(), date(2026, 1, 5), 0),
        lambda: dates.days_after(None, date(2026, 1, 5), 0),
        lambda: dates.days_after(None, date(2026, 1, 5), 10_000_000),
        lambda: dates.months_after(date(2026, 1, 5), -1),
        lambda: dates.by_day(date(2026, 1, 5), 32),
        lambda: dates.by_day_of_next_month(date(2026, 1, 5), 31),
        lambda: dates.first_quarter(date(9999, 1, 5)),
    ],
)
def test_a_term_that_cannot_be_is_refused(ask: Callable[[], DueDate]) -> None:
    with pytest.raises(ValueError, match=r"期限|没有"):
        ask()


def test_beyond_the_table_it_says_what_the_table_holds_and_what_to_do() -> None:
    table = published_calendar()
    with pytest.raises(BeyondCalendar, match=r"2004年1月1日至2029年12月31日.*2030年1月1日.*请先维护"):
        table.day(date(2030, 1, 1))
    with pytest.raises(BeyondCalendar, match="数不到第1个工作日"):
        dates.add_working_days(table, date(2029, 12, 31), 1)
    with pytest.raises(BeyondCalendar):
        dates.is_working_day(table, date(2003, 12, 31))


def test_a_table_with_a_gap_or_a_day_twice_is_refused_by_name() -> None:
    first, second, third = (CalendarDay(date(2026, 9, day), DayKind.WORKING) for day in (1, 2, 3))
    with pytest.raises(ValueError, match="缺少2026年9月2日"):
        Calendar([third, first])
    with pytest.raises(ValueError, match="2026年9月2日出现了两次"):
        Calendar([first, second, second, third])
    with pytest.raises(ValueError, match="空"):
        Calendar([])
    assert Calendar([third, first, second]).last_on == date(2026, 9, 3)


def test_the_table_holds_published_years_and_three_provisional_ones() -> None:
    table = published_calendar()
    assert (table.first_on, table.last_on) == (date(2004, 1, 1), date(2029, 12, 31))
    assert not table.day(date(2026, 12, 31)).provisional
    assert table.day(date(2027, 1, 1)) == CalendarDay(
        date(2027, 1, 1), DayKind.HOLIDAY, "元旦", table.day(date(2027, 1, 1)).source, provisional=True
    )


def test_a_shorter_table_starts_where_it_is_asked_to() -> None:
    assert published_calendar(2020).first_on == date(2020, 1, 1)
    with pytest.raises(ValueError, match="没有2003年"):
        published_calendar(2003)


def test_statutory_holidays_of_published_years_are_days_off() -> None:
    table = published_calendar()
    for year in (2025, 2026):
        holidays = statutory_holidays(year)
        assert len(holidays) == 13
        assert all(table.day(on).kind is DayKind.HOLIDAY for on in holidays)


def test_mid_autumn_within_national_day_is_one_day_with_two_names() -> None:
    assert statutory_holidays(2028)[date(2028, 10, 3)] == "国庆节、中秋节"
    assert len(statutory_holidays(2028)) == 12


@given(start=st.dates(date(2004, 1, 1), date(2029, 6, 30)), n=st.integers(1, 60))
def test_a_working_day_term_ends_on_its_nth_counted_day(start: date, n: int) -> None:
    due = dates.working_days_after(published_calendar(), start, n)
    assert due.days[0].on == start
    assert not due.days[0].counted
    assert due.days[-1].on == due.due_on
    assert due.days[-1].counted
    assert sum(day.counted for day in due.days) == n
    assert [day.on for day in due.days] == [start + ONE_DAY * step for step in range(len(due.days))]
    assert due.provisional == any(published_calendar().day(day.on).provisional for day in due.days[1:])


@given(start=st.dates(date(2004, 1, 1), date(2080, 1, 1)), n=st.integers(1, 24))
def test_the_day_after_a_term_in_months_lies_in_the_later_month_or_begins_the_next(start: date, n: int) -> None:
    after = dates.months_after(start, n).due_on + ONE_DAY
    later = Month.of(start).next(n)
    same_day = Month.of(after) == later and after.day == start.day
    assert same_day or (after == later.next().first and start.day > later.last.day)


@given(start=st.dates(date(2004, 1, 1), date(2080, 1, 1)), d=st.integers(1, 31))
def test_by_a_day_is_the_first_such_day_after_the_start(start: date, d: int) -> None:
    due = dates.by_day(start, d).due_on
    between = (start + ONE_DAY * step for step in range(1, (due - start).days))
    assert due > start
    assert due.day == d
    assert all(on.day != d for on in between)


def test_months_are_written_ordered_and_walked() -> None:
    september = Month.parse("2026-09")
    assert (september.first, september.last) == (date(2026, 9, 1), date(2026, 9, 30))
    assert str(september) == "2026-09"
    assert september == Month.of(date(2026, 9, 21)) == Month(2026, 9)
    assert Month(2025, 12) < Month(2026, 1) < september
    assert Month(2026, 12).next() == Month(2027, 1)
    assert Month(2026, 1).previous(13) == Month(2024, 12)
    assert len({september, Month(2026, 9)}) == 1


def test_a_month_has_the_days_it_has() -> None:
    assert Month(2024, 2).day(29) == date(2024, 2, 29)
    for n in (0, 31):
        with pytest.raises(ValueError, match=f"2026年9月没有{n}日"):
            Month(2026, 9).day(n)


@pytest.mark.parametrize("text", ["2026-9", "2026-13", "2026-00", "202609", "2026-09-01", " 2026-09", "0000-01", ""])
def test_a_month_written_otherwise_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="例如2026-09"):
        Month.parse(text)


@given(months=st.integers(-1200, 1200), year=st.integers(1900, 2100), month=st.integers(1, 12))
def test_next_and_previous_undo_each_other(months: int, year: int, month: int) -> None:
    start = Month(year, month)
    assert start.next(months).previous(months) == start
    assert Month.parse(str(start)) == start


def term(*arguments: str) -> str:
    out = io.StringIO()
    command = Command(stdout=out)
    options = vars(command.create_parser("manage.py", "term").parse_args(list(arguments)))
    command.handle(**options)
    return out.getvalue()


def test_the_command_answers_with_every_day_as_json() -> None:
    answer = json.loads(term("2026-02-13", "--working-days", "2", "--json"))
    assert answer["due_on"] == "2026-02-24"
    assert answer["provisional"] is False
    assert answer["days"][:2] == [
        {"on": "2026-02-13", "counted": False, "why": "起算日，不计入"},
        {"on": "2026-02-14", "counted": True, "why": "调休上班（春节）"},
    ]


@pytest.mark.parametrize(
    ("arguments", "due_on"),
    [
        (["--days", "3"], "2026-09-24"),
        (["--months", "6"], "2027-03-20"),
        (["--by-day", "25"], "2026-09-25"),
        (["--by-day", "25", "--of-next-month"], "2026-10-25"),
        (["--by-month-end"], "2026-09-30"),
        (["--first-quarter"], "2027-03-31"),
    ],
)
def test_the_command_knows_every_kind_of_term(arguments: list[str], due_on: str) -> None:
    assert json.loads(term("2026-09-21", *arguments, "--json"))["due_on"] == due_on


def test_the_command_reads_out_the_count_in_chinese() -> None:
    assert term("2026-12-31", "--working-days", "1").splitlines() == [
        "到期日：2027-01-04（含当日）",
        "其中有的年份放假调休安排尚未公布，到期日为暂估",
        "2026-12-31 星期四 不计 起算日，不计入",
        "2027-01-01 星期五 不计 节假日：元旦（当年安排尚未公布，暂估）",
        "2027-01-02 星期六 不计 周末（当年安排尚未公布，暂估）",
        "2027-01-03 星期日 不计 周末（当年安排尚未公布，暂估）",
        "2027-01-04 星期一 计入 工作日（当年安排尚未公布，暂估）",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2026-02-30", "--days", "1"], "起算日“2026-02-30”不正确"),
        (["20260213", "--days", "1"], "起算日“20260213”不正确"),
        (["--days", "1"], "请给出起算日"),
        (["2026-02-13"], "只选一项，现在选了0项"),
        (["2026-02-13", "--days", "1", "--by-month-end"], "只选一项，现在选了2项"),
        (["2026-02-13", "--days", "two"], "--days 之后请写整数"),
        (["2026-02-13", "--days", "-2"], "期限至少为1"),
        (["2026-02-13", "--days", "0"], "期限至少为1"),
        (["2026-02-13", "--months", "1", "--of-next-month"], "只能与 --by-day 同用"),
        (["2031-02-13", "--working-days", "1"], "请先维护"),
    ],
)
def test_the_command_refuses_in_chinese_with_exit_status_2(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message) as refusal:
        term(*arguments)
    assert refusal.value.returncode == 2
