"""Filters of lists whose choices are conditions."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from common.dates import Month


class ChoiceFilter(DropdownFilter):
    """A filter that states each of its choices once: key, words, condition."""

    def conditions(self) -> dict[str, tuple[str, Q]]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, words) for key, (words, _) in self.conditions().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.conditions().get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


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
