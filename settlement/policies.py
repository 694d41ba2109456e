"""Which published policy is in force, compiled once and kept: a published policy never changes."""

from datetime import date
from functools import lru_cache

from django.db.models import Q

from common.transitions import Refused
from registry.models import Enrolment
from settlement.enums import PolicyStatus
from settlement.models import Policy
from settlement.policy_file import read_policy
from settlement.rules import policy as compiled


def in_force(enrolment: Enrolment, on: date) -> Policy:
    """The policy of the person's area and insurance on the settlement day; Refused where there is none, or two."""
    held = Policy.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=on),
        area_id=enrolment.area_id,
        insurance=enrolment.insurance,
        status=PolicyStatus.PUBLISHED,
        valid_from__lte=on,
    ).defer("text")
    found = list(held[:2])
    if len(found) == 1:
        return found[0]
    what = "没有生效的" if not found else "有多份同时生效的"
    raise Refused(
        f"{enrolment.area}{enrolment.get_insurance_display()}在 {on} {what}待遇政策。",
        field="policy",
        remedy="请参保地经办机构核对政策文件的执行期间。",
    )


@lru_cache(maxsize=2048)
def rules_of(policy_id: int) -> compiled.Policy:
    """The policy ready to compute."""
    policy = Policy.objects.get(pk=policy_id)
    return read_policy(policy.text, file=policy.title)
