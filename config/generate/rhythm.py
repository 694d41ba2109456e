"""The month's visits over its days and hours: Mondays high, holidays low, by the working-day table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from django.utils import timezone

from common.dates import ONE_DAY, Calendar, DayKind, Month
from config.generate import figures

HOUR, DAY = 3600, 86_400  # seconds
SPRING = "春节"


def at(on: date, seconds: int = 0) -> datetime:
    """The moment so many seconds into the day, in Shanghai."""
    return datetime.combine(on, time(0), tzinfo=timezone.get_default_timezone()) + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Rhythm:
    """How many visits each hour of the month holds, and how many lie before it; moments count from the month's first.

    ``days`` reach to the end of the following month: some visits are taken back then.
    """

    days: tuple[date, ...]
    length: int
    hours: tuple[int, ...]  # the moment at which each begins
    starts: tuple[int, ...]  # visits before each; one more entry for all

    @classmethod
    def of(cls, month: Month, calendar: Calendar, visits: int) -> "Rhythm":
        days = tuple(_days(month.first, month.next().last))
        length = month.last.day
        weights = [weight * hour for weight in map(_weigher(calendar), days[:length]) for hour in figures.HOURS]
        hours = [day * DAY + (figures.FIRST_HOUR + hour) * HOUR for day in range(length) for hour in _open_hours()]
        whole = sum(weights)
        starts = [visits * before // whole for before in accumulate(weights, initial=0)]
        return cls(days, length, tuple(hours), tuple(starts))

    def day(self, moment: int) -> date:
        """The day in which a moment lies."""
        return self.days[moment // DAY]

    def at(self, moment: int) -> datetime:
        """The moment as the portal knows it."""
        return at(self.days[moment // DAY], moment % DAY)

    def written(self, moment: int) -> str:
        """The moment as PostgreSQL reads it, in Shanghai time."""
        seconds = moment % DAY
        return f"{self.days[moment // DAY]} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}+08"


def _open_hours() -> range:
    return range(len(figures.HOURS))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _weigher(calendar: Calendar) -> Callable[[date], int]:
    def weight(on: date) -> int:
        entry = calendar.day(on)
        if entry.kind is DayKind.HOLIDAY:
            return 100 * (figures.SPRING_FESTIVAL if SPRING in entry.name else figures.HOLIDAY)
        if entry.kind is DayKind.MAKE_UP:
            return 100 * figures.MAKE_UP_DAY
        after_holiday = calendar.day(on - ONE_DAY).kind is DayKind.HOLIDAY
        return figures.WEEK[on.weekday()] * (figures.AFTER_HOLIDAY if after_holiday else 100)

    return weight
