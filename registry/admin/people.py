"""Insured persons: found by their number, their certificate or the beginning of their name; shown masked."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from common import scope
from common.admin import Mark, ScopedAdmin, ScopedInline, Table, panel_of
from common.admin.searching import either
from common.tables import period_of
from registry.certificates import certificate_digest
from registry.enums import InsuredStatus
from registry.models import Enrolment, InsuredPerson

STATUS_MARKS = {InsuredStatus.NORMAL: "success", InsuredStatus.SUSPENDED: "warning"}


def persons_found(term: str) -> Q:
    """The persons a clerk means: exact person number, exact certificate number, or how the name begins.

    A single character is a surname that half a nation shares; it finds only who is called just that.
    """
    term = term.replace("\x00", "")
    named = Q(name__startswith=term) if len(term) > 1 else Q(name=term)
    return Q(person_number=term) | Q(certificate_digest=certificate_digest(term)) | named


def hint_at_short_name(request: HttpRequest, term: str) -> None:
    """Tell a clerk who typed a surname alone why hardly anybody is found."""
    if len(term) == 1:
        words = "只输入一个字时，只找姓名恰为这一个字的人；请至少输入姓名的前两个字。"
        messages.info(request, words, fail_silently=True)


class OfPersonAdmin(ScopedAdmin):
    """Lists what persons have: found by its own number or by the person; the person's certificate is masked."""

    search_fields = ("number__exact",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[Any, bool]:
        if not (term := search_term.strip()):
            return queryset, False
        hint_at_short_name(request, term)
        persons = InsuredPerson.objects.filter(persons_found(term))
        return either(queryset, Q(number=term), Q(person__in=persons)), False

    @display(description="参保人员", header=True)
    def who(self, record: Any) -> tuple[str, str]:
        return record.person.name, record.person.masked_certificate

    @display(description="证件号码")
    def masked(self, record: Any) -> str:
        return record.person.masked_certificate


class EnrolmentInline(ScopedInline):
    """The enrolment a person is registered with."""

    model = Enrolment
    may_change = True
    extra, min_num, max_num = 0, 1, 1
    fields = ("insurance", "person_type", "aid", "insured_months", "account_balance", "valid_from")


@admin.register(InsuredPerson)
class InsuredPersonAdmin(ScopedAdmin):
    """A person's page is where everything known of the person comes together; a clerk may register a new one."""

    is_big = True
    may_add = True
    list_display = ("name", "person_number", "masked", "sex", "born_on", "home_area")
    search_fields = ("person_number__exact",)
    search_help_text = "人员编号、证件号码（全号）或姓名开头"
    list_filter = (("sex", ChoicesDropdownFilter),)
    ordering = ("name", "pk")
    select_related = ("home_area", "home_province")
    fieldsets = (
        (
            "基本信息",
            {
                "fields": (
                    ("name", "person_number"),
                    ("certificate_type", "masked"),
                    ("sex", "born_on"),
                    ("home_area", "phone"),
                )
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.registering

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return () if obj else (EnrolmentInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only the office of a pooling area registers its own people."""
        agency = request.user.agency
        return bool(agency and agency.area_id) and super().has_add_permission(request)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        person = super().save_form(request, form, change)
        person.home_area = request.user.agency.area
        return person

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for enrolment in formset.save(commit=False):
            enrolment.area = form.instance.home_area
            enrolment.save()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[Any, bool]:
        term = search_term.strip()
        hint_at_short_name(request, term)
        return (queryset.filter(persons_found(term)) if term else queryset), False

    registering = (
        (
            "登记参保人员",
            {
                "fields": (
                    ("name", "person_number"),
                    ("certificate_type", "certificate_number"),
                    ("sex", "born_on"),
                    "phone",
                ),
                "description": "登记到本机构所在统筹地区；证件号码的校验位、出生日期须与证件一致。",
            },
        ),
    )

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """What is masked on the page may not be guessed through the address either."""
        return not lookup.startswith("certificate") and super().lookup_allowed(lookup, value, request)

    @display(description="证件号码")
    def masked(self, person: InsuredPerson) -> str:
        return person.masked_certificate


@panel_of(InsuredPerson)
def enrolments_of(request: HttpRequest, person: InsuredPerson) -> Table:
    """参保关系 on the person's page."""
    held = scope.visible(Enrolment.objects.filter(person=person), request.user).select_related("area")
    rows = [
        [
            enrolment.get_insurance_display(),
            enrolment.area,
            enrolment.get_person_type_display(),
            Mark(enrolment.get_status_display(), STATUS_MARKS.get(InsuredStatus(enrolment.status), "danger")),
            enrolment.get_aid_display(),
            enrolment.insured_months,
            enrolment.account_balance,
            period_of(enrolment.valid_from, enrolment.valid_until),
        ]
        for enrolment in held.order_by("-valid_from")
    ]
    headers = ["险种", "参保地", "人员类别", "参保状态", "救助对象", "缴费月数", "个人账户余额", "参保期间"]
    return Table("参保关系", headers, rows, numbers=(5, 6))
