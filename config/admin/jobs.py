"""What the schedule did by itself."""

from django.contrib import admin
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from common.admin import ScopedAdmin
from common.models import JobRun

FOUND = "found"  # done, and what it found is bad
MARKS = {
    JobRun.Outcome.RUNNING: "info", JobRun.Outcome.DONE: "success", JobRun.Outcome.FAILED: "danger", FOUND: "danger",
}  # fmt: skip
BAD = ("不符", "未能检查")  # counts of these kinds are bad news


@admin.register(JobRun)
class JobRunAdmin(ScopedAdmin):
    """Every run leaves a row; a failed one shows why."""

    list_display = ("label", "period", "planned_at", "ended_at", "outcome_mark", "done", "article")
    list_filter = (("outcome", ChoicesDropdownFilter),)
    ordering = ("-planned_at",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "label", ("period", "outcome_mark"), ("planned_at", "started_at"), ("ended_at", "attempts"), "done",
                    "article", "trace",
                )
            },
        ),
    )  # fmt: skip

    @display(description="结果", label=MARKS, ordering="outcome")
    def outcome_mark(self, run: JobRun) -> tuple[str, str]:
        bad = [f"{what} {run.counts[what]}" for what in BAD if run.counts.get(what)]
        return (FOUND, f"完成，{'，'.join(bad)}") if bad else (run.outcome, run.get_outcome_display())

    @display(description="处理件数")
    def done(self, run: JobRun) -> str:
        return "，".join(f"{what} {count}" for what, count in run.counts.items())

    @display(description="错误详情")
    def trace(self, run: JobRun) -> str:
        return format_html('<pre class="document">{}</pre>', run.error) if run.error else "无"
