"""Policies are filed, published by a second person, and never changed: a change is a new file with a later start."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from common.transitions import Refused
from registry.models import Enrolment, PoolingArea
from settlement.enums import PolicyStatus
from settlement.models import Policy
from settlement.policy_file import BadPolicy, PolicyFault, read_policies, read_policy
from settlement.rules import policy as compiled

SHIPPED = Path(__file__).parent / "policies"


def file_drafts(texts: Iterable[tuple[str, str]], *, by: Any, at: datetime) -> list[Policy]:
    """Keep policy files, given as (file, text), as drafts; BadPolicy with every fault of all files, nothing kept then.

    A file that is kept already, to the letter, is not kept again.
    """
    given = list(texts)
    read = read_policies(given)
    if faults := _unknown_areas(read):
        raise BadPolicy(faults)
    with transaction.atomic():
        return [_draft(text, policy, by, at) for (_, text), policy in zip(given, read, strict=True)]


def publish(policy: Policy, *, by: Any, at: datetime) -> Policy:
    """Put the draft in force; another person than its author does it, and no other policy may hold on the same day."""
    with transaction.atomic():
        PoolingArea.objects.select_for_update(no_key=True).get(pk=policy.area_id)
        current = Policy.objects.select_for_update(of=("self",), no_key=True).get(pk=policy.pk)
        if current.status == PolicyStatus.PUBLISHED:
            raise Refused(f"《{current.title}》已发布，不能再次发布。", field="status", remedy="修改请另立新文件。")
        if by is not None and by.pk == current.proposed_by_id:
            raise Refused("拟稿人不能发布自己拟的政策。", field="approved_by", remedy="请由另一名有权限的人员发布。")
        if by is not None and not by.works_for(current.area):
            raise Refused(f"{by} 不属于{current.area}或其上级机构。", field="approved_by", remedy="请由本地主管发布。")
        _end_predecessor(current)
        if overlapping := published_during(current).first():
            raise Refused(
                f"与已发布的《{overlapping.title}》（{overlapping.valid_from} 至 {overlapping.valid_until or '长期'}）"
                "执行期重叠。",
                field="valid_from",
                remedy="请先核对两份文件的执行期间。",
            )
        current.status, current.approved_by, current.published_at = PolicyStatus.PUBLISHED, by, at
        current.save(update_fields=["status", "approved_by", "published_at"])
    return current


def load_shipped(at: datetime) -> int:
    """Put the policies that come with the portal in force (本地政策, each with its document); safe to repeat."""
    return put_in_force([(file.name, file.read_text(encoding="utf-8")) for file in sorted(SHIPPED.glob("*.yaml"))], at)


def put_in_force(texts: Iterable[tuple[str, str]], at: datetime) -> int:
    """Publish files that nobody in an office wrote, many at once; those that overlap a published policy are left out.

    Only for what comes with the portal or the demo: an office's own policy takes two people.
    """
    given = list(texts)
    read = read_policies(given)
    if faults := _unknown_areas(read):
        raise BadPolicy(faults)
    held: dict[tuple[str, str], list[Policy]] = {}
    for policy in Policy.objects.filter(status=PolicyStatus.PUBLISHED).defer("text"):
        held.setdefault((policy.area_id, policy.insurance), []).append(policy)
    new = []
    for row in sorted(
        (_published_row(text, rules, at) for (_, text), rules in zip(given, read, strict=True)), key=_start
    ):
        others = held.setdefault((row.area_id, row.insurance), [])
        if row.digest not in {other.digest for other in others} and _make_room(row, others):
            others.append(row)
            new.append(row)
    with transaction.atomic():
        ended = [each for others in held.values() for each in others if each.pk and each.valid_until]
        Policy.objects.bulk_update(ended, ["valid_until"], batch_size=500)
        Policy.objects.bulk_create(new, batch_size=500)
    return len(new)


def published_during(policy: Policy) -> Any:
    """Published policies of the same area and insurance that share a day with this one."""
    others = Policy.objects.filter(area=policy.area_id, insurance=policy.insurance, status=PolicyStatus.PUBLISHED)
    others = others.filter(Q(valid_until=None) | Q(valid_until__gte=policy.valid_from))
    return others.filter(valid_from__lte=policy.valid_until) if policy.valid_until else others


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
def rules_of(policy_id: int, digest: str) -> compiled.Policy:
    """The policy ready to compute; its digest makes the key good for the text, whatever happens to numbers."""
    policy = Policy.objects.get(pk=policy_id)
    return read_policy(policy.text, file=policy.title)


def _end_predecessor(policy: Policy) -> None:
    """A file without an end holds until a later one begins."""
    # 解释: "a change is a new file with a later start" ends the open file the day before; its text stays as it was.
    others = Policy.objects.filter(area=policy.area_id, insurance=policy.insurance, status=PolicyStatus.PUBLISHED)
    others = others.filter(valid_until=None, valid_from__lt=policy.valid_from)
    others.update(valid_until=policy.valid_from - timedelta(days=1))


def _draft(text: str, policy: compiled.Policy, by: Any, at: datetime) -> Policy:
    row = _row(text, policy, by, at)
    kept = Policy.objects.filter(area_id=row.area_id, insurance=row.insurance, digest=row.digest).first()
    if kept is None:
        row.save(force_insert=True)
    return kept or row


def _row(text: str, policy: compiled.Policy, by: Any, at: datetime, **fields: Any) -> Policy:
    return Policy(
        area_id=policy.area,
        insurance=policy.insurance,
        title=policy.title or f"{policy.area} {policy.insurance} {policy.valid_from}",
        document_number=policy.document.number or "",
        document_url=policy.document.url or "",
        document_issued_on=policy.document.issued_on,
        valid_from=policy.valid_from,
        valid_until=policy.valid_until,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        proposed_by=by,
        imported_at=at,
        **fields,
    )


def _published_row(text: str, policy: compiled.Policy, at: datetime) -> Policy:
    return _row(text, policy, None, at, status=PolicyStatus.PUBLISHED, published_at=at)


def _start(policy: Policy) -> date:
    return policy.valid_from


def _make_room(policy: Policy, others: list[Policy]) -> bool:
    """End the open file before this one, as publishing does; False where another still holds on the same day."""
    for other in others:
        if other.valid_until is None and other.valid_from < policy.valid_from:
            other.valid_until = policy.valid_from - timedelta(days=1)
    return not any(_share_a_day(policy, other) for other in others)


def _share_a_day(one: Policy, other: Policy) -> bool:
    return (one.valid_until or date.max) >= other.valid_from and (other.valid_until or date.max) >= one.valid_from


def _unknown_areas(policies: Iterable[compiled.Policy]) -> list[PolicyFault]:
    known = set(PoolingArea.objects.values_list("code", flat=True))
    return [
        PolicyFault(policy.file, 1, "area", f"没有统筹地区 {policy.area}，请核对区划代码")
        for policy in policies
        if policy.area not in known
    ]
