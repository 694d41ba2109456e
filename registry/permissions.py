"""What each role may do, as one table; which rows it concerns is decided by common.scope."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from registry.enums import Role
from registry.models import Staff

SHOWN = {
    "registry": {
        "region", "poolingarea", "agency", "institution", "institutionagreement", "institutionservice", "chronicdisease", "insuredperson", "enrolment",
        "workingday", "fiscalaccount",
    },
    "filings": {"filing"},
    "settlement": {"settlement", "chargeline", "settlementsteps", "policy", "statement", "statementline"},
    "clearing": {"sheet", "sheetrow", "provincesheet", "notice", "noticeline"},
    "common": {"jobrun", "examination"},
}  # fmt: skip

VIEW_ALL = {f"{app}.view_{model}" for app, models in SHOWN.items() for model in models}
VIEW_OFFICE = VIEW_ALL - {"common.view_jobrun"}
# What concerns the books of all provinces at once.
NATIONAL = {"common.view_examination", "common.ask_examination"}
VIEW_INSTITUTION = {
    "registry.view_region", "registry.view_poolingarea", "registry.view_institution", "registry.view_workingday",
    "settlement.view_settlement", "settlement.view_chargeline", "settlement.view_settlementsteps",
    "settlement.view_statement", "settlement.view_statementline",
}  # fmt: skip

ALLOWS: dict[str, set[str]] = {
    Role.CLERK: VIEW_OFFICE
    | {"registry.add_insuredperson", "filings.add_filing", "filings.decide_filing", "settlement.agree_statement"},
    Role.SUPERVISOR: VIEW_ALL
    | {
        "registry.add_insuredperson",
        "filings.add_filing", "filings.decide_filing", "settlement.agree_statement", "settlement.publish_policy",
        "clearing.confirm_provincesheet", "common.ask_examination",
    },
    Role.FINANCE: VIEW_OFFICE,
    Role.OPERATOR: VIEW_ALL | {"clearing.confirm_provincesheet"},
    Role.AUDITOR: VIEW_ALL | {"registry.view_staff"},
    Role.ADMINISTRATOR: VIEW_ALL
    | {
        "registry.view_staff", "registry.add_staff", "registry.change_staff",
        "registry.add_institution", "registry.change_institution",
        "registry.add_institutionagreement", "registry.change_institutionagreement",
        "registry.add_institutionservice", "registry.change_institutionservice",
    },
    Role.INSTITUTION: VIEW_INSTITUTION | {"settlement.agree_statement"},
}  # fmt: skip


def allowed_to(staff: Any) -> set[str]:
    """What the person's role may do where the person works: clearing is between provinces and the nation."""
    permissions = ALLOWS.get(staff.role, set())
    if not staff.sees_the_nation:
        permissions = permissions - NATIONAL
    if staff.agency is not None and staff.agency.area_id:
        return {permission for permission in permissions if not permission.startswith("clearing.")}
    return permissions


def allows(staff: Any, permission: str) -> bool:
    """Whether the person may do it."""
    return permission in allowed_to(staff)


def allows_any(staff: Any, app_label: str) -> bool:
    """Whether the person may do anything in the application."""
    return any(permission.startswith(f"{app_label}.") for permission in allowed_to(staff))


class RoleBackend(ModelBackend):
    """Signs in by password; permissions come from the table above."""

    def get_user(self, user_id: Any) -> Any:
        """The person with the office, which every page asks for."""
        return Staff.objects.select_related("agency").filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return user_obj.is_active and allows(user_obj, perm)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return allowed_to(user_obj) if user_obj.is_active else set()
