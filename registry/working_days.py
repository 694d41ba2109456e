"""The working-day table as the rules read it."""

from functools import cache

from common.dates import Calendar, CalendarDay, DayKind


@cache
def calendar() -> Calendar:
    """The table kept in the database, read once per process: it changes only with the reference data."""
    from registry.models import WorkingDay

    return Calendar(
        CalendarDay(day.on, DayKind(day.kind), day.name, day.source, day.provisional)
        for day in WorkingDay.objects.order_by("on")
    )
