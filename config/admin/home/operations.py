"""What keeps the portal running: books that do not agree, the jobs that failed, the latest runs, and the people who have an account."""

from django.db.models import Count, Q
from django.http import HttpRequest

from common import scope
from common.admin import Mark, Row, Table, list_link, page_link
from common.charts import Bar, Chart
from common.models import JobRun
from config.admin import doctor
from config.admin.home.cards import Card
from config.admin.jobs import MARKS
from registry.enums import Role
from registry.models import Staff

FAILED_SHOWN = 10
FAILED = "failed"  # the anchor of the table of failed jobs


def failures(request: HttpRequest, failed: list[JobRun]) -> list[Table]:
    """The failed jobs; nothing where none failed."""
    more = list_link(JobRun, f"全部 {len(failed)} 个失败的作业", outcome__exact=JobRun.Outcome.FAILED.value)
    rows = [
        Row([page_link(request, run, run.label), run.period, run.planned_at, run.started_at, run.attempts])
        for run in failed[:FAILED_SHOWN]
    ]
    headers = ["作业", "所属期", "计划时间", "最近一次运行", "尝试次数"]
    table = Table(
        "失败的作业", headers, rows, note="点开看原因；处理后会自动重试。", more=more if len(failed) > FAILED_SHOWN else None,
        kind="danger", anchor=FAILED,
    )  # fmt: skip
    return [table] if rows else []


def broken_books(request: HttpRequest) -> list[Table]:
    """What the latest examination of the books found, for those who may know; nothing where all is well."""
    found = doctor.alert(request)
    headers = ["最近一次检查"]
    return [Table("账目须核对", headers, [[found]], note="点开看不符之处。", kind="danger")] if found else []


def cards(people: dict[str, dict[str, int]], failed: int) -> list[Card]:
    """Who can sign in, who no longer can, and what failed."""
    active = sum(line["active"] for line in people.values())
    inactive = sum(line["inactive"] for line in people.values())
    return [
        Card("失败的作业", failed, "个", "danger", f"#{FAILED}" if failed else ""),
        Card("启用的账号", active, "个", url=list_link(Staff, "", is_active__exact=True).url),
        Card("停用的账号", inactive, "个", url=list_link(Staff, "", is_active__exact=False).url),
    ]


def accounts(request: HttpRequest) -> dict[str, dict[str, int]]:
    """The accounts by role, those in use and those switched off."""
    by_role = scope.visible(Staff, request.user).order_by().values("role")
    counts = by_role.annotate(
        active=Count("pk", filter=Q(is_active=True)), inactive=Count("pk", filter=Q(is_active=False))
    )
    return {line["role"]: line for line in counts}


def panels(request: HttpRequest, people: dict[str, dict[str, int]]) -> list[Table | Chart]:
    """Accounts by role, and what ran last."""
    bars = [
        Bar(role.label, people[role]["active"], list_link(Staff, "", role__exact=role.value, is_active__exact=True).url)
        for role in Role
        if role in people
    ]
    return [Chart("启用的账号（按角色）", bars, "个"), _runs(request)]


def _runs(request: HttpRequest) -> Table:
    latest = scope.visible(JobRun, request.user).defer("error").order_by("job", "-planned_at").distinct("job")
    rows = [
        Row(
            [
                page_link(request, run, run.label), run.period, run.planned_at,
                Mark(run.get_outcome_display(), MARKS[JobRun.Outcome(run.outcome)]),
            ]
        )
        for run in sorted(latest, key=lambda run: run.planned_at, reverse=True)
    ]  # fmt: skip
    more = list_link(JobRun, "全部作业运行记录")
    return Table("每项作业最近一次运行", ["作业", "所属期", "计划时间", "结果"], rows, more=more)
