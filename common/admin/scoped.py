"""Every list and page shows what the office may see, and nothing can be changed unless the class says so."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from unfold.admin import TabularInline

from common import scope
from common.admin.columns import as_link, as_mark, column
from common.admin.listing import ListAdmin
from common.admin.panels import panels_for
from common.admin.ways import ways_from
from common.tables import Table


class ScopedAdmin(ListAdmin):
    """Read-only unless ``may_add`` or ``may_change``; then still only with the permission."""

    may_add = False
    may_change = False
    select_related: tuple[str, ...] = ()
    links: tuple[str, ...] = ()  # foreign keys whose records a reader may want to open

    change_form_template = "common/record.html"
    change_form_outer_after_template = "common/panels.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return scope.visible(super().get_queryset(request), request.user).select_related(*self.select_related)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", scope.visible(db_field.remote_field.model, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Patterns are for the database's own people: a clerk's address bar may not run them."""
        return not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A page that is only read leads from its links to pages this person may open, and shows amounts as amounts."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, {**options, "fields": self._readable(request, options["fields"])}) for name, options in fieldsets
        ]

    def panels(self, request: HttpRequest, record: Any) -> list[Table]:
        """The tables below the record's fields: this class's own, then the other applications'."""
        return panels_for(request, record)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, TemplateResponse) and object_id and response.context_data:
            record = response.context_data["original"]
            response.context_data |= {
                "panels": self.panels(request, record), "way": ways_from(request, record), "title": str(record),
                "subtitle": None,
            }  # fmt: skip
        return response

    def _readable(self, request: HttpRequest, names: Iterable[Any]) -> list[Any]:
        return [
            tuple(self._readable(request, name)) if isinstance(name, list | tuple) else self._read_only(request, name)
            for name in names
        ]

    def _read_only(self, request: HttpRequest, name: str) -> Any:
        if name in self.links:
            return as_link(request, self.model, name)
        method = getattr(self, name, None)
        return as_mark(method) if getattr(method, "label", None) else column(self.model, name)


class ScopedInline(TabularInline):
    """Rows that belong to the record; read only unless the class says so."""

    may_change = False
    extra = 0
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return scope.visible(super().get_queryset(request), request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
