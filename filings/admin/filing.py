"""The filing's list and page."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from common.admin import CaseAdmin, Verb, each
from common.admin.filters import ChoiceFilter
from common.admin.verbs import Opinion, Reason, Why
from filings import workflow
from filings.admin import window
from filings.enums import Material, Status
from filings.models import Filing
from registry.admin.people import persons_found
from registry.models import InsuredPerson

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


def verb(
    name: str, act: Any, statuses: set[Status], form: type[forms.Form], sentence: str, grave: bool = False
) -> Verb:
    """A verb of the filing's workflow, for those who decide filings."""
    label = workflow.Verb[name].label
    return Verb(
        workflow.Verb[name].value, label, act, "filings.decide_filing", statuses, form, own_office, sentence, grave
    )


VERBS = (
    verb("ACCEPT", workflow.accept, {Status.SUBMITTED}, Opinion, "备案即时生效，就医地和医疗机构随即可见。"),
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


class DueFilter(ChoiceFilter):
    """How the earliest open term stands today."""

    title, parameter_name = "期限", "due"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        today = timezone.localdate()
        return {
            "overdue": ("已逾期", Q(due_on__lt=today)),
            "today": ("今日到期", Q(due_on=today)),
            "tomorrow": ("明日到期", Q(due_on=today + timedelta(days=1))),
        }


@admin.register(Filing)
class FilingAdmin(CaseAdmin):
    """Filings: entered at the window, decided by the office at home, seen by the host province."""

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
    search_fields = ("number__exact",)
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
        each(request, filings.filter(agency=request.user.agency_id), workflow.accept, done="准予备案")

    def get_urls(self) -> list[URLPattern]:
        views = {"persons": window.find_persons, "destinations": window.find_destinations}
        wrap = self.admin_site.admin_view
        return [
            path(f"{name}/", wrap(view), name=f"filings_{name}") for name, view in views.items()
        ] + super().get_urls()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return window.application_view(self, request)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[Any, bool]:
        if not (term := search_term.strip()):
            return queryset, False
        return queryset.filter(Q(number=term) | Q(person__in=InsuredPerson.objects.filter(persons_found(term)))), False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("filings.decide_filing")

    @display(description="状态", label=MARKS, ordering="status")
    def status_mark(self, filing: Filing) -> tuple[str, str]:
        return filing.status, filing.get_status_display()

    @display(description="参保人员", header=True)
    def who(self, filing: Filing) -> tuple[str, str]:
        return filing.person.name, filing.person.masked_certificate

    @display(description="证件号码")
    def masked(self, filing: Filing) -> str:
        return filing.person.masked_certificate

    @display(description="材料")
    def materials_named(self, filing: Filing) -> str:
        return filing.get_materials_display()

    @display(description="有效期", ordering="valid_from")
    def validity(self, filing: Filing) -> str:
        return filing.days_valid()
