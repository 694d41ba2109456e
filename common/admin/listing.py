"""Every list: fifty rows a page, never counted beyond a bound, and to be had as a file."""

from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.enums import ActionVariant

from common import export
from common.admin.columns import NOTHING, column
from common.admin.paging import BoundedPaginator, ScopedChangeList

EXPORTS = (("xlsx", "Excel 表格"), ("csv", "CSV 文本"))


class ListAdmin(ModelAdmin):
    """The list of a model."""

    export_columns: tuple[str, ...] = ()  # where a file says more than the list has room for

    is_big = False  # millions of rows: sorted as the indexes are, unless ``is_narrow`` says that few rows are left
    spans: tuple[str, ...] = ()  # days by whose span the list is filtered: it is then sorted by them, as their index is

    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = BoundedPaginator
    list_disable_select_all = True
    list_fullwidth = True
    list_filter_submit = True
    list_filter_sheet = True
    empty_value_display = NOTHING

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ScopedChangeList]:
        return ScopedChangeList

    def is_narrow(self, request: HttpRequest) -> bool:
        """Whether the list is narrowed to so few rows that any order will do."""
        return False

    def get_sortable_by(self, request: HttpRequest) -> Any:
        return () if self.is_big and not self.is_narrow(request) else super().get_sortable_by(request)

    def get_ordering(self, request: HttpRequest) -> Any:
        for day in self.spans:
            if request.GET.get(f"{day}_from") or request.GET.get(f"{day}_to"):
                return (f"-{day}", "-pk")
        return super().get_ordering(request)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [column(self.model, name) for name in super().get_list_display(request)]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        title = {"title": self.opts.verbose_name_plural}
        response = super().changelist_view(request, {**title, **(extra_context or {})})
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

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The list as it stands, with its filters and search, every row of it, as a file."""
        if kind not in export.WRITERS or not self.has_view_permission(request):
            raise Http404("没有这种导出格式。")
        request.wants_every_row = True  # type: ignore[attr-defined]
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            raise Http404("筛选条件有误，请返回列表重新筛选。") from None
        title = str(self.opts.verbose_name)
        columns = export.columns(self, self.export_columns or self.list_display)
        return export.respond(kind, title, columns, rows, at=timezone.now())
