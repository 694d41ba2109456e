"""Filters of lists whose choices are conditions."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from common.dates import Month

SOON_DAYS = 7


class ChoiceFilter(DropdownFilter):
    """A filter that states each of its choices once: key, words, condition."""

    def conditions(self) -> dict[str, tuple[str, Q]]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, words) for key, (words, _) in self.conditions().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.conditions().get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class DueFilter(ChoiceFilter):
    """How a case's earliest open term stands today."""

    title, parameter_name = "期限", "due"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        today = timezone.localdate()
        return {
            "overdue": ("已逾期", Q(due_on__lt=today)),
            "today": ("今日到期", Q(due_on=today)),
            "soon": (f"{SOON_DAYS} 天内到期", Q(due_on__gt=today, due_on__lte=today + timedelta(days=SOON_DAYS))),
            "open": ("未办结", Q(due_on__isnull=False)),
        }


class MonthFilter(DropdownFilter):
    """Chooses one of the last months; ``parameter_name`` is the month's column."""

    months = 13

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        this = Month.of(timezone.localdate())
        latest = [str(this.next(-back)) for back in range(self.months)]
        return [(month, month) for month in latest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class PeriodFilter(MonthFilter):
    """The period of a statement or a sheet."""

    title, parameter_name = "期别", "period"
