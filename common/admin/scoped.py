"""Every list and page shows what the office may see, and nothing can be changed unless the class says so."""

from collections.abc import Iterable
from typing import Any

from django.db.models import ForeignKey, Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.enums import ActionVariant

from common import export, scope
from common.admin.paging import BoundedPaginator, ScopedChangeList
from common.admin.panels import panels_for
from common.tables import Table, page_link
from common.fields import YuanField

EXPORTS = (("xlsx", "Excel 表格"), ("csv", "CSV 文本"))


def amount(value: Any) -> str:
    """An amount as it is shown: thousands apart, two places, to the right."""
    return "" if value is None else format_html('<span class="amount">{}</span>', f"{value:,.2f}")


class ScopedAdmin(ModelAdmin):
    """Read-only unless ``may_add`` or ``may_change``; then still only with the permission."""

    may_add = False
    may_change = False
    select_related: tuple[str, ...] = ()
    links: tuple[str, ...] = ()  # foreign keys whose records a reader may want to open

    list_per_page = 50
    show_full_result_count = False
    paginator = BoundedPaginator
    list_disable_select_all = True
    list_fullwidth = True
    list_filter_submit = True
    list_filter_sheet = True
    change_form_outer_after_template = "common/panels.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return scope.visible(super().get_queryset(request), request.user).select_related(*self.select_related)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ScopedChangeList]:
        return ScopedChangeList

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", scope.visible(db_field.remote_field.model, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [_as_amount(self.model, name) for name in super().get_list_display(request)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A page that is only read leads from its links to pages this person may open, and shows amounts as amounts."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(name, {**options, "fields": self._readable(request, obj, options["fields"])}) for name, options in fieldsets]

    def panels(self, request: HttpRequest, record: Any) -> list[Table]:
        """The tables below the record's fields: this class's own, then the other applications'."""
        return panels_for(request, record)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, TemplateResponse) and object_id and response.context_data:
            record = response.context_data["original"]
            response.context_data |= {"panels": self.panels(request, record), "subtitle": None}
        return response

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data and "cl" in response.context_data:
            query = request.GET.urlencode()
            ways = [{"title": title, "path": f"export/{kind}/?{query}", "icon": "table"} for kind, title in EXPORTS]
            menu = {"title": "导出", "icon": "download", "variant": ActionVariant.DEFAULT, "items": ways}
            response.context_data["actions_list"] = [*response.context_data.get("actions_list", []), menu]
        return response

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/<slug:kind>/", view, name=name), *super().get_urls()]

    def export_view(self, request: HttpRequest, kind: str) -> FileResponse | HttpResponse:
        """The list as it stands, with its filters and search, every row of it, as a file."""
        if kind not in export.WRITERS or not self.has_view_permission(request):
            raise Http404("没有这种导出格式。")
        request.wants_every_row = True  # type: ignore[attr-defined]
        rows = self.get_changelist_instance(request).queryset
        name = f"{self.opts.verbose_name}-{timezone.localtime():%Y%m%d-%H%M%S}"
        return export.respond(kind, name, export.columns(self, self.list_display), rows)

    def _readable(self, request: HttpRequest, record: Any, names: Iterable[Any]) -> list[Any]:
        shown = []
        for name in names:
            if isinstance(name, list | tuple):
                shown.append(tuple(self._readable(request, record, name)))
            else:
                shown.append(_as_link(request, record, name) if name in self.links else _as_amount(self.model, name))
        return shown


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


def _field(model: type[Model], name: Any) -> Any:
    fields = {field.name: field for field in model._meta.concrete_fields}
    return fields.get(name) if isinstance(name, str) else None


def _as_amount(model: type[Model], name: Any) -> Any:
    """The column itself, or for yuan a column that shows them as an amount."""
    field = _field(model, name)
    if not isinstance(field, YuanField):
        return name

    @display(description=field.verbose_name, ordering=name)
    def shown(record: Any) -> str:
        return amount(getattr(record, name))

    shown.__name__ = name
    return shown


def _as_link(request: HttpRequest, record: Any, name: str) -> Any:
    """The field as a link to the record it names, for those who may open that."""

    @display(description=_field(type(record), name).verbose_name)
    def shown(record: Any) -> str:
        found = page_link(request, getattr(record, name))
        url = getattr(found, "url", "")
        return format_html('<a href="{}" class="text-link">{}</a>', url, found) if url else str(found)

    shown.__name__ = name
    return shown
