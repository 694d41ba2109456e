"""The national sheet as annex 14 shows it, and each province's part of it, which the province confirms."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from clearing import exporting, workflow
from clearing.admin.tables import national_table, pairs_table
from clearing.enums import ConfirmationStatus, SheetStatus
from clearing.models import ProvinceSheet, Sheet
from common.admin import CaseAdmin, DownloadAdmin, Table, Verb, page_link, way_up_from
from common.admin.filters import DueFilter, MonthFilter
from registry.admin.places import ProvinceFilter

SHEET_MARKS = {
    SheetStatus.GENERATED: "warning",
    SheetStatus.CONFIRMED: "info",
    SheetStatus.NOTICED: "success",
    SheetStatus.PAID: "success",
}
MARKS = {ConfirmationStatus.PENDING: "warning", ConfirmationStatus.CONFIRMED: "success"}


@admin.register(Sheet)
class SheetAdmin(DownloadAdmin, CaseAdmin):
    """The sheets of the months; every province sees the national table."""

    download_label = "下载清算表"
    list_display = ("period", "number", "generated_on", "settlements", "amount", "status_mark")
    list_filter = (("status", ChoicesDropdownFilter),)
    ordering = ("-period",)
    select_related = ("agency", "handler")
    fieldsets = (
        (
            None,
            {"fields": (("period", "number"), ("generated_on", "status_mark"), ("settlements", "amount"), "sha256")},
        ),
    )

    def panels(self, request: HttpRequest, record: Any) -> list[Table]:
        return [national_table(request, record), *super().panels(request, record)]

    def download(self, request: HttpRequest, record: Any) -> HttpResponseBase:
        """The nation's workbook for the nation, its own for a province."""
        return exporting.respond(record, request.user)

    @display(description="状态", label=SHEET_MARKS, ordering="status")
    def status_mark(self, sheet: Sheet) -> tuple[str, str]:
        return sheet.status, sheet.get_status_display()


class SheetPeriodFilter(MonthFilter):
    """The period of a province's part."""

    title, parameter_name = "清算期", "sheet__period"


def own_province(staff: Any, province_sheet: ProvinceSheet) -> bool:
    """Only the provincial agency speaks for its province; the nation does not confirm in its stead."""
    return bool(staff.agency_id == province_sheet.agency_id)


CONFIRM = Verb(
    "confirm", workflow.SheetVerb.CONFIRM.label, workflow.confirm, "clearing.confirm_provincesheet",
    {ConfirmationStatus.PENDING}, offered_to=own_province,
    sentence="确认本省应付、应收全部明细；双方均确认的明细月底列入付款、收款通知书。",
)  # fmt: skip


@admin.register(ProvinceSheet)
class ProvinceSheetAdmin(DownloadAdmin, CaseAdmin):
    """A province's payable and receivable, confirmed by the 25th."""

    download_label = "下载清算表"
    verbs = (CONFIRM,)
    list_display = ("number", "period", "province", "payable", "receivable", "status_mark", "due_on", "confirmed_at")
    search_fields = ("number__exact",)
    search_help_text = "分省清算表编号"
    list_filter = (SheetPeriodFilter, ("status", ChoicesDropdownFilter), DueFilter, ("province", ProvinceFilter))
    ordering = ("-sheet__period", "province")
    select_related = ("sheet", "province", "agency", "handler")
    links = ("sheet",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "status_mark"), ("sheet", "period"), ("province", "agency"), ("payable", "receivable"),
                    ("confirmed_at", "handler"), "due_on",
                )
            },
        ),
    )  # fmt: skip

    def panels(self, request: HttpRequest, record: Any) -> list[Table]:
        own = [pairs_table(record, paying=True), pairs_table(record, paying=False)]
        return [*own, *super().panels(request, record)]

    def download(self, request: HttpRequest, record: Any) -> HttpResponseBase:
        return exporting.respond_part(record, request.user)

    @display(description="状态", label=MARKS, ordering="status")
    def status_mark(self, province_sheet: ProvinceSheet) -> tuple[str, str]:
        return province_sheet.status, province_sheet.get_status_display()

    @display(description="清算期", ordering="sheet__period")
    def period(self, province_sheet: ProvinceSheet) -> str:
        return province_sheet.sheet.period


@way_up_from(ProvinceSheet)
def sheet_of(request: HttpRequest, part: ProvinceSheet) -> list[Any]:
    """A province's part is part of the sheet."""
    return [page_link(request, part.sheet, f"全国清算表 {part.sheet.period}")]
