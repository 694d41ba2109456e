"""What can be done to a case stands on its page as buttons; each opens a form and is sent by POST."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from common.gate import InvalidMessage
from common.transitions import Refused


class Nothing(forms.Form):
    """A verb that asks nothing but to be confirmed."""


class Opinion(forms.Form):
    """A verb to which an opinion may be given."""

    opinion = forms.CharField(
        label="经办意见", required=False, max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


class Reason(forms.Form):
    """A verb that must be given its reason."""

    opinion = forms.CharField(label="理由", max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class Why(forms.Form):
    """A verb whose cause is recorded."""

    why = forms.CharField(
        label="原因", required=False, max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


def anybody(staff: Any, case: Any) -> bool:
    """Everybody who has the permission and sees the case."""
    return True


@dataclass(frozen=True)
class Verb:
    """A verb of a workflow on the page: ``act(case, by=…, at=…, **the form's fields)``."""

    name: str
    label: str
    act: Callable[..., Any]
    permission: str
    statuses: Collection[str]
    form: type[forms.Form] = Nothing
    offered_to: Callable[[Any, Any], bool] = anybody
    sentence: str = ""
    is_grave: bool = False

    def may_be_done_by(self, staff: Any, case: Any) -> bool:
        """Whether this person has the right to it, whatever the case's status is."""
        return staff.has_perm(self.permission) and self.offered_to(staff, case)


class VerbAdmin(ModelAdmin):
    """Shows the verbs a person may use now, and does them."""

    verbs: tuple[Verb, ...] = ()
    change_form_outer_before_template = "common/verbs.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and isinstance(response, TemplateResponse) and response.context_data:
            response.context_data["offered_verbs"] = self.offered_verbs(request, response.context_data["original"])
        return response

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.verb_view)
        return [path("<path:object_id>/act/<slug:verb>/", view, name=self._verb_url_name()), *super().get_urls()]

    def offered_verbs(self, request: HttpRequest, case: Any) -> list[dict[str, Any]]:
        """The verbs for the page: where each leads and what it asks."""
        return [
            {
                "verb": verb,
                "url": reverse(f"admin:{self._verb_url_name()}", args=[case.pk, verb.name]),
                "form": verb.form(auto_id=f"{verb.name}_%s"),
            }
            for verb in self.verbs
            if case.status in verb.statuses and verb.may_be_done_by(request.user, case)
        ]

    def verb_view(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        """Ask for confirmation; sent, do it and lead back to the case."""
        case = self.get_object(request, object_id)
        chosen = next((each for each in self.verbs if each.name == verb), None)
        if case is None or chosen is None:
            raise Http404("没有这件业务。")
        if not chosen.may_be_done_by(request.user, case):
            raise PermissionDenied
        form = chosen.form(request.POST) if request.method == "POST" else chosen.form()
        if request.method == "POST" and form.is_valid() and _do(request, case, chosen, form):
            messages.success(request, f"{case}：“{chosen.label}”已办理。")
            return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[case.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"{chosen.label} {case}",
            "opts": self.opts,
            "original": case,
            "verb": chosen,
            "form": form,
        }
        return TemplateResponse(request, "common/verb_page.html", context)

    def _verb_url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_act"


def _do(request: HttpRequest, case: Any, verb: Verb, form: forms.Form) -> bool:
    """Do it; what the rules refuse is said at the field at fault, or above the form."""
    try:
        verb.act(case, by=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as reason:
        form.add_error(reason.field if reason.field in form.fields else None, str(reason))
    except InvalidMessage as invalid:
        for error in invalid.errors:
            form.add_error(error.field if error.field in form.fields else None, f"{error.wrong}{error.remedy}")
    else:
        return True
    return False
