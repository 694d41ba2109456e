"""The filing's list and page."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from common.admin import CaseAdmin, Verb, each
from common.admin.filters import DueFilter
from common.admin.verbs import Opinion, Reason, Why
from common.transitions import Refused
from filings import workflow
from filings.admin import window
from filings.enums import Material, Status
from filings.models import Filing
from registry.admin.people import OfPersonAdmin

MARKS = {
    Status.SUBMITTED: "warning",
    Status.INCOMPLETE: "info",
    Status.ACTIVE: "success",
    Status.REFUSED: "danger",
}


class Materials(forms.Form):
    """The materials handed in later."""

    materials = forms.MultipleChoiceField(
        label="补交的材料", choices=Material, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )


def own_office(staff: Any, filing: Filing) -> bool:
    """Only the office the filing was made to decides on it; the host and the province look on."""
    return bool(staff.agency_id == filing.agency_id)


def accept_own(filing: Filing, *, by: Any, at: datetime) -> Filing:
    """Accept a filing of one's own office."""
    if not own_office(by, filing):
        raise Refused(f"备案由{filing.agency}办理。", remedy="请与参保地联系。")
    return workflow.accept(filing, by=by, at=at)


def verb(
    name: str, act: Any, statuses: set[Status], form: type[forms.Form], sentence: str, grave: bool = False
) -> Verb:
    """A verb of the filing's workflow, for those who decide filings."""
    label = workflow.Verb[name].label
    return Verb(
        workflow.Verb[name].value, label, act, "filings.decide_filing", statuses, form, own_office, sentence, grave
    )


VERBS = (
    verb("ACCEPT", workflow.accept, {Status.SUBMITTED}, Opinion, "备案即时生效，就医地随即可见。"),
    verb(
        "RETURN", workflow.return_for_supplement, {Status.SUBMITTED}, Opinion,
        "材料不齐时一次告知全部所缺材料；意见留空则自动列出。",
    ),
    verb("SUPPLEMENT", workflow.supplement, {Status.INCOMPLETE}, Materials, "勾选补交的材料，备案回到待审核，重新计算期限。"),
    verb("REFUSE", workflow.refuse, {Status.SUBMITTED, Status.INCOMPLETE}, Reason, "须写明理由，参保人可据此重新申请。", True),
    verb(
        "CANCEL", workflow.cancel, {Status.SUBMITTED, Status.INCOMPLETE, Status.ACTIVE}, Why,
        "取消后不再享受直接结算；取消前已开始的住院仍按原备案结算。", True,
    ),
)  # fmt: skip


@admin.register(Filing)
class FilingAdmin(OfPersonAdmin, CaseAdmin):
    """Filings: entered at the window, decided by the office at home, seen by the host province."""

    is_big, spans = True, ("valid_from",)
    may_add = True
    verbs = VERBS
    list_display = (
        "number", "who", "category", "destination", "valid_from", "valid_until", "status_mark", "due_on", "channel",
        "on_promise",
    )  # fmt: skip
    export_columns = (
        "number", "person", "masked", "insurance", "category", "home_area", "destination", "valid_from", "valid_until",
        "status_mark", "due_on", "channel", "materials_named", "on_promise", "decided_at", "opinion",
    )  # fmt: skip
    search_help_text = "备案编号、人员编号、证件号码（全号）或姓名开头"
    list_filter = (
        ("status", ChoicesDropdownFilter), ("category", ChoicesDropdownFilter), DueFilter,
        ("channel", ChoicesDropdownFilter), ("on_promise", BooleanRadioFilter), ("valid_from", RangeDateFilter),
    )  # fmt: skip
    ordering = ("-pk",)
    select_related = ("person", "home_area", "home_province", "destination", "host_province", "agency", "handler")
    links = ("person",)
    fieldsets = (
        (
            "备案",
            {
                "fields": (
                    ("number", "status_mark"), ("person", "masked"), ("category", "insurance"),
                    ("home_area", "destination"), ("validity", "channel"), ("materials_named", "on_promise"),
                    "reason",
                )
            },
        ),
        ("办理", {"fields": (("agency", "handler"), ("decided_at", "due_on"), "opinion")}),
    )  # fmt: skip
    actions = ("accept_selected",)

    @admin.action(description="准予备案", permissions=["decide"])
    def accept_selected(self, request: HttpRequest, filings: QuerySet[Filing]) -> None:
        each(request, filings, accept_own, done="准予备案")

    def get_urls(self) -> list[URLPattern]:
        return window.lookups(self.admin_site.admin_view) + super().get_urls()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return window.application_view(self, request)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("filings.decide_filing")

    @display(description="状态", label=MARKS, ordering="status")
    def status_mark(self, filing: Filing) -> tuple[str, str]:
        return filing.status, filing.get_status_display()

    @display(description="材料")
    def materials_named(self, filing: Filing) -> str:
        return filing.get_materials_display()

    @display(description="有效期", ordering="valid_from")
    def validity(self, filing: Filing) -> str:
        return filing.days_valid()
