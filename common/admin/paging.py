"""Big lists are paged without being counted: up to a bound the number is exact, beyond it there is a next page."""

from typing import Any

from django.core.paginator import PageNotAnInteger, Paginator
from django.utils.functional import cached_property
from unfold.views import ChangeList

BOUND = 1000  # rows counted at most


class BoundedPaginator(Paginator):
    """Counts no further than the bound; pages beyond it are reached one after the other."""

    template_name = "common/pagination.html"

    @cached_property
    def count(self) -> int:
        return int(self.object_list.order_by()[: BOUND + 1].count())

    @property
    def is_open(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.count > BOUND

    def validate_number(self, number: Any) -> int:
        try:
            page = int(number)
        except (TypeError, ValueError):
            raise PageNotAnInteger("页码应为整数。") from None
        return super().validate_number(page) if page < 1 or not self.is_open else page

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        return self._get_page(self.object_list[bottom : bottom + self.per_page], number, self)


class ScopedChangeList(ChangeList):
    """A list that knows nothing of rows outside the scope, not even their number."""

    def get_ordering_field(self, field_name: Any) -> Any:
        """No address asks for an order that the list does not offer."""
        name = getattr(field_name, "__name__", field_name)
        return super().get_ordering_field(field_name) if name in self.offered else None

    @cached_property
    def offered(self) -> set[str]:
        """The columns the list may be sorted by."""
        return {str(getattr(name, "__name__", name)) for name in self.sortable_by}

    def get_results(self, request: Any) -> None:
        if getattr(request, "wants_every_row", False):  # an export streams the queryset and needs no page
            return
        super().get_results(request)
        self.full_result_count = self.result_count
