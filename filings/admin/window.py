"""The entry of an application at the window: a form whose content passes the same gate as every other channel."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
)

from common import gate, scope
from common.admin.choosing import ChosenBySearch
from common.gate import FieldError, InvalidMessage
from filings import intake
from filings.enums import Category, Channel, Material
from filings.messages import Application
from filings.models import Filing
from filings.parameters import TEMPORARY_MONTHS
from registry.admin.people import persons_found
from registry.enums import Insurance
from registry.models import Agency, InsuredPerson, PoolingArea, Region

FOUND_AT_MOST = 20
# Under which names the gate reports a field of the form.
FIELD_OF = {
    "psn_no": "person",
    "person_number": "person",
    "rloc_admdvs": "destination",
    "begndate": "valid_from",
    "enddate": "valid_until",
}


def described(person: InsuredPerson) -> str:
    """A person as the clerk tells them apart."""
    return f"{person.name} {person.masked_certificate} {person.home_area}"


class WindowForm(forms.Form):
    """The application form (备案表); whether it is right is for the gate to say."""

    person = ChosenBySearch(
        "admin:filings_persons", InsuredPerson.objects.none(), described=described, label="参保人员", required=False,
        help_text="输入人员编号、证件号码（全号）或姓名开头，只能选择本机构的参保人员。",
    )  # fmt: skip
    insurance = forms.ChoiceField(label="险种", choices=Insurance, widget=UnfoldAdminSelectWidget)
    category = forms.ChoiceField(
        label="备案类型",
        choices=[choice for choice in Category.choices if choice[0] != Category.EMERGENCY],
        widget=UnfoldAdminSelectWidget,
        help_text="急诊抢救视同已备案，无需申请。",
    )
    destination = ChosenBySearch(
        "admin:filings_destinations", Region.objects.none(), label="就医地", required=False,
        help_text="备案到地市；直辖市、省级统筹地区和兵团备案到省级。",
    )  # fmt: skip
    valid_from = forms.CharField(label="开始日期", required=False, widget=UnfoldAdminSingleDateWidget)
    valid_until = forms.CharField(
        label="截止日期", required=False, widget=UnfoldAdminSingleDateWidget,
        help_text=f"留空：长期备案长期有效，临时外出就医 {TEMPORARY_MONTHS.values[-1].value} 个月。",
    )  # fmt: skip
    materials = forms.MultipleChoiceField(
        label="材料", choices=Material, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    reason = forms.CharField(label="申请说明", required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))

    def __init__(self, staff: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = scope.visible(InsuredPerson, staff)  # type: ignore[attr-defined]
        self.fields["destination"].queryset = destinations()  # type: ignore[attr-defined]

    def payload(self) -> dict[str, Any]:
        """What was filled in, as a message; what was left empty is left out, so that the gate names it."""
        filled = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}
        if person := filled.pop("person", None):
            filled["person_number"] = person.person_number
        if destination := filled.pop("destination", None):
            filled["destination"] = destination.pk
        for day in ("valid_from", "valid_until"):
            if day in filled:
                filled[day] = filled[day].replace("/", "-")  # as the calendar beside the field writes it
        return {**filled, "channel": Channel.WINDOW}

    def show(self, invalid: InvalidMessage) -> None:
        """Say every error at its field."""
        for error in invalid.errors:
            name = FIELD_OF.get(error.field, error.field)
            self.add_error(name if name in self.fields else None, f"{error.wrong}{error.remedy}")


def application_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Show the form, or take the application and lead to the filing."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    first = {"valid_from": f"{timezone.localdate()}", "materials": [Material.IDENTITY, Material.FORM]}
    form = (
        WindowForm(request.user, request.POST) if request.method == "POST" else WindowForm(request.user, initial=first)
    )
    if request.method == "POST" and form.is_valid() and (filing := _apply(form, request.user)):
        messages.success(request, f"已受理 {filing}，应于 {filing.due_on} 前办结。")
        return redirect("admin:filings_filing_change", filing.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "登记备案申请",
        "opts": model_admin.opts,
        "form": form,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "filings/application.html", context)


def lookups(wrap: Callable[..., Any]) -> list[URLPattern]:
    """Where the form's fields look up persons and places as somebody types."""
    views = {"persons": find_persons, "destinations": find_destinations}
    return [path(f"{name}/", wrap(view), name=f"filings_{name}") for name, view in views.items()]


def find_persons(request: HttpRequest) -> JsonResponse:
    """The insured persons of this office whom the term means."""
    if not request.user.has_perm("filings.add_filing"):
        raise PermissionDenied
    term = request.GET.get("term", "").strip()
    found = (
        scope.visible(InsuredPerson, request.user).filter(persons_found(term)) if term else InsuredPerson.objects.none()
    )
    return _choices((person.pk, described(person)) for person in found.select_related("home_area")[:FOUND_AT_MOST])


def find_destinations(request: HttpRequest) -> JsonResponse:
    """The places to which a filing can be made."""
    term = request.GET.get("term", "").strip()
    found = destinations().filter(Q(name__contains=term) | Q(code__startswith=term)).select_related("parent")
    return _choices((place.pk, f"{place.name}（{place.parent or '省级'}）") for place in found[:FOUND_AT_MOST])


def _refuse_other_office(application: Application, staff: Any) -> None:
    """Registering is the act of the home office (article 8); its province and the nation look on."""
    person = InsuredPerson.objects.filter(person_number=application.person_number).first()
    if person and not Agency.objects.filter(pk=staff.agency_id, area=person.home_area_id).exists():
        wrong = f"{person.home_area}的参保人员由参保地经办机构登记。"
        raise InvalidMessage([FieldError("person_number", person.name, wrong, "请转请参保地经办机构办理。")])


def destinations() -> Any:
    """Cities, counties that are a pool of their own, and the provinces that are one pool."""
    places = Q(level="prefecture") | Q(level="province", pooling_areas__province_pooled=True)
    municipalities = Q(level="province", pooling_areas__kind__in=["municipality", "corps"])
    alone = Q(level="county", code__in=PoolingArea.objects.values("code"))
    return Region.objects.filter(places | municipalities | alone, valid_until=None).distinct().order_by("code")


def _choices(found: Any) -> JsonResponse:
    results = [{"id": str(key), "text": text} for key, text in found]
    return JsonResponse({"results": results, "pagination": {"more": False}})


def _apply(form: WindowForm, staff: Any) -> Filing | None:
    try:
        application = gate.read(Application, form.payload())
        _refuse_other_office(application, staff)
        return intake.apply(application, by=staff, at=timezone.now())
    except InvalidMessage as invalid:
        form.show(invalid)
        return None
