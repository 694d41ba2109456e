"""一致性检查: what must hold in the books, whether it does, and where it does not."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.decorators import display

from common.admin import Mark, ScopedAdmin, Table, page_link
from common.admin.cases import BY_ITSELF
from common.examinations import BookCheck, Examination, latest
from common.tables import Link
from common.transitions import Refused
from config.admin import findings
from config.books import CHECKS, examination
from config.tasks import examine_books

LATEST = "admin:common_examination_latest"
LOOK_AGAIN = 10  # seconds, while one is under way


@admin.register(Examination)
class ExaminationAdmin(ScopedAdmin):
    """The examinations that are kept; the latest is the one the sidebar leads to."""

    list_display = ("asked_at", "who", "ended_at", "checks", "broken", "state")
    ordering = ("-asked_at",)
    select_related = ("asked_by",)

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        own = [
            path("latest/", guarded(self.latest_view), name="common_examination_latest"),
            path("ask/", guarded(require_POST(self.ask_view)), name="common_examination_ask"),
        ]
        return [*own, *super().get_urls()]

    def latest_view(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, latest())

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.get_object(request, object_id)
        return self._page(request, found) if found or not self.has_view_permission(request) else redirect(LATEST)

    def ask_view(self, request: HttpRequest) -> HttpResponse:
        """Have the books examined now, in the background."""
        if not request.user.has_perm("common.ask_examination"):
            raise PermissionDenied
        try:
            with transaction.atomic():
                examine_books.delay_on_commit(examination.ask(by=request.user, at=timezone.now()).pk)
            messages.success(request, "已开始检查，结束后本页显示结果。")
        except Refused as reason:
            messages.error(request, str(reason))
        return redirect(LATEST)

    def _page(self, request: HttpRequest, shown: Examination | None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        waiting = Examination.objects.select_related("asked_by").filter(ended_at=None).first()
        context = {
            **self.admin_site.each_context(request),
            "title": "一致性检查",
            "opts": self.opts,
            "waiting": waiting,
            "may_ask": request.user.has_perm("common.ask_examination"),
            "checks": len(CHECKS),
            "panels": panels(request, shown) if shown else [],
        }
        response = TemplateResponse(request, "config/examination.html", context)
        if waiting:
            response["Refresh"] = str(LOOK_AGAIN)
        return response

    @display(description="发起人")
    def who(self, held: Examination) -> str:
        return asked_by(held)

    @display(description="结果", label={"sound": "success", "broken": "danger", "open": "info"})
    def state(self, held: Examination) -> tuple[str, str]:
        kind = "open" if held.ended_at is None else "sound" if held.is_sound else "broken"
        return kind, state_of(held).text


def asked_by(held: Examination) -> str:
    """Who asked for it; at night nobody does."""
    return held.asked_by.name if held.asked_by else BY_ITSELF


def state_of(held: Examination) -> Mark:
    """How an examination came out."""
    if held.ended_at is None:
        return Mark("正在检查", "info")
    if held.error:
        return Mark("没有做完", "danger")
    if held.is_sound:
        return Mark("全部相符", "success")
    unanswered = f"，{held.unanswered} 项未能检查" if held.unanswered else ""
    return Mark(f"{held.broken} 项不符{unanswered}", "danger")


def panels(request: HttpRequest, shown: Examination) -> list[Table]:
    """What broke with its first rows, then every check, then when and how it was examined."""
    found = list(shown.found.order_by("place"))
    broken = [check for check in found if not check.holds]
    return [summary(shown), *findings.tables(request, broken), checks_table(broken, found), history(request, shown)]


def summary(shown: Examination) -> Table:
    """When it ran, how long, who asked, how it came out."""
    lasted = (shown.ended_at - shown.begun_at).total_seconds() if shown.ended_at and shown.begun_at else None
    row = [
        shown.begun_at or shown.asked_at, None if lasted is None else f"{lasted:.1f} 秒", asked_by(shown),
        shown.checks, shown.broken, state_of(shown),
    ]  # fmt: skip
    headers = ["检查时间", "用时", "发起人", "检查项数", "不符项数", "结果"]
    return Table("检查情况", headers, [row], note="只读核对，不更改任何数据。", numbers=(3, 4))


def checks_table(broken: list[BookCheck], found: list[BookCheck]) -> Table:
    """Every check by name, what is broken first."""
    rows = [
        [check.name, check.sentence, check.article, state_of_check(check), check.seconds]
        for check in [*broken, *(check for check in found if check.holds)]
    ]
    headers = ["名称", "应当成立", "依据", "状态", "用时（秒）"]
    return Table("全部检查项目", headers, rows, numbers=(4,), empty="这次检查没有做完，没有结果。")


def state_of_check(check: BookCheck) -> Mark:
    """相符, or how often it is broken."""
    if check.error:
        return Mark("未能检查", "danger")
    return Mark("相符", "success") if check.holds else Mark(f"不符 {check.count} 处", "danger")


def history(request: HttpRequest, shown: Examination) -> Table:
    """The examinations that are kept, the latest first."""
    held = Examination.objects.select_related("asked_by").order_by("-asked_at")
    rows = [
        [Mark("本次", "info") if each == shown else page_link(request, each, "查看"), each.asked_at, asked_by(each), state_of(each)]
        for each in held[: examination.EXAMINATIONS_KEPT]
    ]  # fmt: skip
    note = f"保留最近 {examination.EXAMINATIONS_KEPT} 次。"
    return Table("历次检查", ["", "发起时间", "发起人", "结果"], rows, note=note)


def alert(request: HttpRequest) -> Link | None:
    """For the home page of those who may know: what the latest examination found, none where all is well."""
    if not request.user.has_perm("common.view_examination"):
        return None
    last = latest()
    if last is None or last.is_sound:
        return None
    when = f"{timezone.localtime(last.asked_at):%-m月%-d日 %H:%M}"
    return Link(f"一致性检查（{when}）：{state_of(last).text}", reverse(LATEST))
