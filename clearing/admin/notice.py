"""The notices of annexes 15 and 16, as they are printed."""

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest, HttpResponseBase
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from clearing import exporting
from clearing.admin.sheet import SheetPeriodFilter
from clearing.enums import NoticeKind
from clearing.models import Notice, ProvinceSheet
from common.admin import DownloadAdmin, Row, ScopedAdmin, Table, page_link, way_up_from
from common.chinese_amount import chinese_amount
from common.money import ZERO
from registry.admin.places import ProvinceFilter
from registry.enums import Insurance
from registry.models import FiscalAccount

KIND_MARKS = {NoticeKind.PAYMENT: "warning", NoticeKind.RECEIPT: "success"}


@admin.register(Notice)
class NoticeAdmin(DownloadAdmin, ScopedAdmin):
    """Notices, published at month end, never changed."""

    download_label = "下载通知书"
    change_form_template = "clearing/notice.html"
    list_display = ("number", "period", "province", "kind_mark", "amount", "published_at")
    search_fields = ("number__exact",)
    search_help_text = "通知书文号"
    list_filter = (SheetPeriodFilter, ("kind", ChoicesDropdownFilter), ("province", ProvinceFilter))
    ordering = ("-published_at", "province", "kind")
    select_related = ("sheet", "province")
    fields = ("number",)

    def panels(self, request: HttpRequest, record: Any) -> list[Table]:
        return [counterparts(record), *accounts(record), *super().panels(request, record)]

    def download(self, request: HttpRequest, record: Any) -> HttpResponseBase:
        return exporting.respond_notice(record, request.user)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and getattr(response, "context_data", None):
            notice = response.context_data["original"]
            response.context_data |= {
                "capitals": chinese_amount(notice.amount),
                "pays": notice.kind == NoticeKind.PAYMENT,
            }
        return response

    @display(description="清算期", ordering="sheet__period")
    def period(self, notice: Notice) -> str:
        return notice.sheet.period

    @display(description="种类", label=KIND_MARKS, ordering="kind")
    def kind_mark(self, notice: Notice) -> tuple[str, str]:
        return notice.kind, notice.get_kind_display()


def counterparts(notice: Notice) -> Table:
    """The lines by counterpart and insurance; ``*`` beside the name where money is returned (article 51)."""
    by_other: dict[tuple[str, bool], dict[str, Any]] = defaultdict(dict)
    keys = notice.lines.values("counterpart", "counterpart__name", "row__returned", "row__insurance")
    for line in keys.annotate(owed=Sum("amount")).order_by("counterpart", "row__returned"):
        name = f"{line['counterpart__name']}{'*' if line['row__returned'] else ''}"
        by_other[name, line["row__returned"]][line["row__insurance"]] = line["owed"]
    rows = []
    for number, ((name, returned), owed) in enumerate(by_other.items(), start=1):
        parts = [owed.get(kind, ZERO) for kind in Insurance.values]
        rows.append(Row([str(number), name, *parts, sum(parts, ZERO)], "returned" if returned else ""))
    totals = [sum((row.cells[place] for row in rows), ZERO) for place in (2, 3, 4)]
    other = "收款省份" if notice.kind == NoticeKind.PAYMENT else "付款省份"
    headers = ["序号", other, "职工医保", "居民医保", "合计"]
    return Table("清算资金明细（元）", headers, rows, [["", "合计", *totals]], note="* 为返还。", numbers=(2, 3, 4))


def accounts(notice: Notice) -> list[Table]:
    """On a payment notice, the accounts to which the money goes (annex 10, article 28)."""
    if notice.kind != NoticeKind.PAYMENT:
        return []
    payees = notice.lines.values("counterpart")
    held = FiscalAccount.objects.filter(province__in=payees, valid_until=None).select_related("province")
    rows = [
        [each.province, each.get_insurance_display() or "全部", each.account_name, each.bank_name, each.account_number]
        for each in held
    ]
    headers = ["收款省份", "险种", "户名", "开户银行", "账号"]
    return [Table("收款专户（附件10）", headers, rows)] if rows else []


@way_up_from(Notice)
def part_of(request: HttpRequest, notice: Notice) -> list[Any]:
    """A notice follows from its province's part of the sheet."""
    parts = ProvinceSheet.objects.filter(sheet=notice.sheet_id, province=notice.province_id)
    return [
        page_link(request, notice.sheet, f"全国清算表 {notice.sheet.period}"),
        *(page_link(request, part, f"{notice.province}清算表") for part in parts),
    ]
