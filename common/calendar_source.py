"""The working-day table: the years the State Council has published, then three foreseen from the statutory holidays."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from borax.calendars.lunardate import LunarDate
from chinese_calendar import constants

from common.dates import ONE_DAY, Calendar, CalendarDay, DayKind

PROVISIONAL_YEARS = 3
PROVISIONAL_SOURCE = "《全国年节及纪念日放假办法》（2025年1月1日起施行）第二条，当年放假调休安排尚未公布"

NEW_YEAR = "元旦"
FULL_NAMES = {
    "清明": "清明节",
    "端午": "端午节",
    "中秋": "中秋节",
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "抗战胜利70周年纪念日",
}
HOLIDAY_NAMES = {holiday.value: FULL_NAMES.get(holiday.chinese, holiday.chinese) for holiday in constants.Holiday}


@cache
def published_calendar(first_year: int = 2004) -> Calendar:
    """Every day from 1 January of the first year: published years as published, then provisional ones.

    ValueError where the first year is earlier than what is published (2004) or later than the last published year.
    """
    published = range(min(constants.holidays).year, max(constants.holidays).year + 1)
    if first_year not in published:
        raise ValueError(f"已公布的节假日安排只有{published[0]}年至{published[-1]}年，没有{first_year}年")
    foreseen = range(published[-1] + 1, published[-1] + 1 + PROVISIONAL_YEARS)
    known = (_published_day(on) for year in range(first_year, foreseen[0]) for on in _days_of(year))
    expected = (day for year in foreseen for day in _provisional_year(year))
    return Calendar((*known, *expected))


def statutory_holidays(year: int) -> dict[date, str]:
    """The 13 public holidays of the year (全体公民放假的节日), as they stand since 2025, with their names.

    Where Mid-Autumn falls on National Day's days a day carries both names and the year has fewer dates.
    """
    spring = LunarDate(year, 1, 1).to_solar_date()
    named = [
        (date(year, 1, 1), NEW_YEAR),
        *((spring + timedelta(days=step), "春节") for step in range(-1, 3)),  # 除夕 to 初三
        (_tomb_sweeping_day(year), "清明节"),
        *((date(year, 5, day), "劳动节") for day in (1, 2)),
        (LunarDate(year, 5, 5).to_solar_date(), "端午节"),
        *((date(year, 10, day), "国庆节") for day in (1, 2, 3)),
        (LunarDate(year, 8, 15).to_solar_date(), "中秋节"),
    ]
    holidays: dict[date, str] = {}
    for on, name in named:
        holidays[on] = f"{holidays[on]}、{name}" if on in holidays else name
    return holidays


def _tomb_sweeping_day(year: int) -> date:
    # The solar term 清明 falls on 4, 5 or 6 April.
    return next(on for on in (date(year, 4, day) for day in (4, 5, 6)) if LunarDate.from_solar(on).term == "清明")


def _published_day(on: date) -> CalendarDay:
    if on in constants.workdays:
        return _announced(on, DayKind.MAKE_UP, HOLIDAY_NAMES[constants.workdays[on]])
    if on in constants.holidays:
        return _announced(on, DayKind.HOLIDAY, HOLIDAY_NAMES[constants.holidays[on]])
    return _announced(on, _plain_kind(on), "")


def _announced(on: date, kind: DayKind, name: str) -> CalendarDay:
    # Days moved in late December for New Year stand in the next year's notice.
    year = on.year + 1 if name == NEW_YEAR and on.month == 12 else on.year
    return CalendarDay(on, kind, name, f"国务院办公厅关于{year}年部分节假日安排的通知")


def _provisional_year(year: int) -> Iterator[CalendarDay]:
    # 解释: days off in place of weekends (补假) and make-up days are unknown before the notice and left out.
    holidays = statutory_holidays(year)
    for on in _days_of(year):
        kind = DayKind.HOLIDAY if on in holidays else _plain_kind(on)
        yield CalendarDay(on, kind, holidays.get(on, ""), PROVISIONAL_SOURCE, provisional=True)


def _plain_kind(on: date) -> DayKind:
    return DayKind.WORKING if on.weekday() < 5 else DayKind.WEEKEND


def _days_of(year: int) -> Iterator[date]:
    on = date(year, 1, 1)
    while on.year == year:
        yield on
        on += ONE_DAY
