"""The benefit policies: the file as it was filed, and its publication by a second person."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from common.admin import ScopedAdmin, Verb
from common.admin.verbs import VerbAdmin
from registry.admin.places import ProvinceFilter
from settlement import published_policies
from settlement.enums import PolicyStatus
from settlement.models import Policy

MARKS = {PolicyStatus.DRAFT: "warning", PolicyStatus.PUBLISHED: "success"}


def second_person(staff: Any, policy: Policy) -> bool:
    """Somebody of the area's office, or of one above it, who did not draft it."""
    return staff.pk != policy.proposed_by_id and staff.works_for(policy.area)


PUBLISH = Verb(
    "publish", "发布", published_policies.publish, "settlement.publish_policy", {PolicyStatus.DRAFT},
    offered_to=second_person, sentence="发布后不能再修改；修改请另立执行日期更晚的新文件。",
)  # fmt: skip


@admin.register(Policy)
class PolicyAdmin(VerbAdmin, ScopedAdmin):
    """Policies; a published one never changes."""

    verbs = (PUBLISH,)
    list_display = ("title", "area", "insurance", "document_number", "valid_from", "valid_until", "status_mark")
    search_fields = ("title__contains", "area__code__exact", "area__name__startswith")
    search_help_text = "名称、统筹区代码或名称"
    list_filter = (
        ("status", ChoicesDropdownFilter), ("insurance", ChoicesDropdownFilter), ("area__province", ProvinceFilter),
    )  # fmt: skip
    ordering = ("area", "insurance", "-valid_from")
    select_related = ("area", "proposed_by", "approved_by")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("title", "status_mark"), ("area", "insurance"), ("document_number", "document_issued_on"),
                    ("valid_from", "valid_until"), ("proposed_by", "approved_by"), ("imported_at", "published_at"),
                    "document_url",
                )
            },
        ),
        ("政策文件", {"fields": ("file",)}),
    )  # fmt: skip

    @display(description="状态", label=MARKS, ordering="status")
    def status_mark(self, policy: Policy) -> tuple[str, str]:
        return policy.status, policy.get_status_display()

    @display(description="内容")
    def file(self, policy: Policy) -> str:
        return format_html('<pre class="document">{}</pre>', policy.text)
