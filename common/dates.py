"""A term runs from the day after it starts: working days skip weekends and holidays, the other terms stay on their day.

The working-day table is given by the caller; nothing here reads a clock, a database or a package of holidays.
"""

import calendar as gregorian
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

ONE_DAY = timedelta(days=1)


def in_chinese(on: date) -> str:
    """The day as our messages write it: 2026年2月13日."""
    return f"{on.year}年{on.month}月{on.day}日"


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month: the period of a statement, a clearing sheet, a notice."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise ValueError(f"没有这个月份：{self.year}年{self.month}月")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """The month written as 2026-09; ValueError with what to write otherwise."""
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) or text.startswith("0000"):
            raise ValueError(f"月份“{text}”不正确，请写成“年份-两位月份”，例如2026-09")
        return cls(int(text[:4]), int(text[5:]))

    @classmethod
    def of(cls, on: date) -> "Month":
        """The month in which the day lies."""
        return cls(on.year, on.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, gregorian.monthrange(self.year, self.month)[1])

    def next(self, n: int = 1) -> "Month":
        """The month n months later."""
        years, months = divmod(self.month - 1 + n, 12)
        return Month(self.year + years, months + 1)

    def previous(self, n: int = 1) -> "Month":
        """The month n months earlier."""
        return self.next(-n)

    def day(self, n: int) -> date:
        """The n-th of the month; ValueError where the month has no such day (31 September)."""
        if not 1 <= n <= self.last.day:
            raise ValueError(f"{self.year}年{self.month}月没有{n}日")
        return date(self.year, self.month, n)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


class DayKind(Enum):
    """What a day is in the working-day table (工作日历)."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"

    @property
    def is_working(self) -> bool:
        return self in (DayKind.WORKING, DayKind.MAKE_UP)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of the working-day table; provisional: the State Council has not published its year yet."""

    on: date
    kind: DayKind
    name: str = ""
    source: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of a term as the clerk reads it out: counted or not, and why."""

    on: date
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day of a term, inclusive, with the days that led to it; provisional if an unpublished year was used."""

    due_on: date
    provisional: bool
    days: tuple[CountedDay, ...]


class BeyondCalendar(LookupError):
    """The working-day table does not hold the day asked for."""


class Calendar:
    """The working-day table (工作日历): every day from the first to the last, each exactly once, in any order."""

    def __init__(self, days: Iterable[CalendarDay]) -> None:
        self._days = tuple(sorted(days, key=lambda day: day.on))
        if not self._days:
            raise ValueError("工作日历是空的，请先装入基础数据")
        for before, day in zip(self._days, self._days[1:], strict=False):
            if day.on == before.on:
                raise ValueError(f"工作日历中{in_chinese(day.on)}出现了两次，请删去其中一条")
            if day.on != before.on + ONE_DAY:
                raise ValueError(f"工作日历缺少{in_chinese(before.on + ONE_DAY)}，请补上后再试")
        self._start = self._days[0].on.toordinal()
        self._explained = tuple(CountedDay(day.on, day.kind.is_working, _why(day)) for day in self._days)
        # Running counts make the n-th working day one look-up, however far away it is.
        self._working = [position for position, day in enumerate(self._days) if day.kind.is_working]
        self._working_until = _running_count(day.kind.is_working for day in self._days)
        self._provisional_until = _running_count(day.provisional for day in self._days)

    @property
    def first_on(self) -> date:
        return self._days[0].on

    @property
    def last_on(self) -> date:
        return self._days[-1].on

    def day(self, on: date) -> CalendarDay:
        """The table's entry; BeyondCalendar where the table does not reach."""
        return self._days[self._position(on)]

    def working_day_after(self, start: date, n: int) -> date:
        """The n-th working day after the start, which itself is not counted; BeyondCalendar past the table."""
        return self._days[self._due_position(self._position(start), n)].on

    def term_after(self, start: date, n: int) -> DueDate:
        """The same day with every day from the start on, counted or skipped, and why."""
        begin = self._position(start)
        end = self._due_position(begin, n)
        return DueDate(
            due_on=self._days[end].on,
            provisional=self._provisional_until[end] > self._provisional_until[begin],
            days=(_start_day(start), *self._explained[begin + 1 : end + 1]),
        )

    def _position(self, on: date) -> int:
        position = on.toordinal() - self._start
        if not 0 <= position < len(self._days):
            raise self._beyond(f"查不到{in_chinese(on)}")
        return position

    def _due_position(self, begin: int, n: int) -> int:
        _require_positive(n)
        wanted = self._working_until[begin] + n - 1
        if wanted >= len(self._working):
            raise self._beyond(f"从{in_chinese(self._days[begin].on)}起数不到第{n}个工作日")
        return self._working[wanted]

    def _beyond(self, what: str) -> BeyondCalendar:
        held = f"{in_chinese(self.first_on)}至{in_chinese(self.last_on)}"
        return BeyondCalendar(f"工作日历只有{held}，{what}；请先维护相应年份的工作日历（国务院办公厅节假日安排）再试")


def is_working_day(calendar: Calendar, on: date) -> bool:
    """A weekday that is no public holiday, or a make-up weekend day (工作日、调休上班日)."""
    return calendar.day(on).kind.is_working


def add_working_days(calendar: Calendar, start: date, n: int) -> date:
    """The n-th working day after the start, as a bare date; n ≥ 1, BeyondCalendar past the table."""
    return calendar.working_day_after(start, n)


def working_days_after(calendar: Calendar, start: date, n: int) -> DueDate:
    """Within n working days (N个工作日内): ends with the n-th working day after the start; n ≥ 1, BeyondCalendar."""
    return calendar.term_after(start, n)


def days_after(calendar: Calendar | None, start: date, n: int) -> DueDate:
    """Within n days (N日内): calendar days, the start not counted; n ≥ 1; the calendar, where given, names the days.

    Nothing here depends on the working-day table, so the term is never provisional and may run past it.
    """
    _require_positive(n)
    if n > (date.max - start).days:
        raise ValueError(f"期限{n}日太长，请核对")
    days = [start + timedelta(days=step) for step in range(1, n + 1)]
    counted = (CountedDay(on, True, _calendar_day_why(calendar, on)) for on in days)
    return DueDate(days[-1], False, (_start_day(start), *counted))


def months_after(start: date, n: int) -> DueDate:
    """A term of n months (N个月): until the day before the same day of the later month, inclusive; n ≥ 1."""
    _require_positive(n)
    # 解释: a later month without such a day ends the term with its own last day (31 August, six months: 28 February).
    later = Month.of(start).next(n)
    due_on = later.day(start.day) - ONE_DAY if start.day <= later.last.day else later.last
    return _stays_on(start, due_on, f"满{n}个月的最后一日")


def by_day(start: date, d: int) -> DueDate:
    """By the d-th (N日前): the first d-th after the start, holiday or not.

    A start on the d-th itself waits for the next one; a month without that day is passed over.
    """
    _require_day_of_month(d)
    month = Month.of(start)
    while d > month.last.day or month.day(d) <= start:
        month = month.next()
    return _stays_on(start, month.day(d), f"起算日之后的第一个{d}日，含当日，遇节假日不顺延")


def by_day_of_next_month(start: date, d: int) -> DueDate:
    """By the d-th of the month after the start's (次月N日前), holiday or not; ValueError where it has no such day."""
    _require_day_of_month(d)
    return _stays_on(start, Month.of(start).next().day(d), f"次月{d}日，含当日，遇节假日不顺延")


def by_month_end(start: date) -> DueDate:
    """By the end of the start's month (当月底前), holiday or not; on the last day it is that day."""
    return _stays_on(start, Month.of(start).last, "当月最后一日，含当日，遇节假日不顺延")


def first_quarter(start: date) -> DueDate:
    """In the next first quarter (次年第一季度内): by 31 March of the year after the start's."""
    return _stays_on(start, Month(start.year + 1, 3).last, "次年第一季度最后一日，含当日，遇节假日不顺延")


def _start_day(start: date) -> CountedDay:
    return CountedDay(start, False, "起算日，不计入")


def _stays_on(start: date, due_on: date, why: str) -> DueDate:
    last = CountedDay(due_on, True, why)
    return DueDate(due_on, False, (last,) if due_on == start else (_start_day(start), last))


def _why(day: CalendarDay) -> str:
    named = {
        DayKind.WORKING: "工作日",
        DayKind.WEEKEND: "周末",
        DayKind.HOLIDAY: f"节假日：{day.name}",
        DayKind.MAKE_UP: f"调休上班（{day.name}）" if day.name else "调休上班",
    }[day.kind]
    return f"{named}（当年安排尚未公布，暂估）" if day.provisional else named


def _calendar_day_why(calendar: Calendar | None, on: date) -> str:
    if calendar is None or not calendar.first_on <= on <= calendar.last_on:
        return "按自然日计"
    return f"按自然日计（{_why(calendar.day(on))}）"


def _running_count(flags: Iterable[bool]) -> list[int]:
    counts, count = [], 0
    for flag in flags:
        count += flag
        counts.append(count)
    return counts


def _require_positive(n: int) -> None:
    if n < 1:
        raise ValueError(f"期限至少为1，不能是{n}")


def _require_day_of_month(d: int) -> None:
    if not 1 <= d <= 31:
        raise ValueError(f"每月没有{d}日，请填1至31之间的日期")
