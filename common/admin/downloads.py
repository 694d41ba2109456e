"""A record that can be had as a file: a button on its page, for whoever may see it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin

from common.tables import Link
from common.transitions import Refused


class DownloadAdmin(ModelAdmin):
    """Offers ``download``, which answers with the file or raises ``Refused``."""

    download_label = "下载"

    def download(self, request: HttpRequest, record: Any) -> HttpResponseBase:
        raise NotImplementedError

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and isinstance(response, TemplateResponse) and response.context_data:
            url = reverse(f"admin:{self._download_url_name()}", args=[response.context_data["original"].pk])
            response.context_data["download"] = Link(self.download_label, url)
        return response

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.download_view)
        return [path("<path:object_id>/download/", view, name=self._download_url_name()), *super().get_urls()]

    def download_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The file; where it is refused, the page with the reason."""
        record = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if record is None:
            raise Http404("没有这份文件。")
        try:
            return self.download(request, record)
        except Refused as reason:
            messages.error(request, str(reason))
            return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk]))

    def _download_url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_download"
