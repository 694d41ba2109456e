"""The only place where a status changes: locked, checked against the table of its kind, saved and recorded."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction

from common.cases import Case, StatusChange

CaseT = TypeVar("CaseT", bound=Case)
Allowed = Mapping[str, frozenset[str] | set[str]]

BATCH = 2000  # cases moved and recorded in one statement


class Refused(Exception):
    """An act the rules do not allow; its text tells the clerk what is wrong and what to do.

    ``field`` names what is at fault where one thing is; ``remedy`` says what to do instead.
    """

    def __init__(self, message: str, *, field: str = "", remedy: str = "") -> None:
        super().__init__(f"{message}{remedy}")
        self.field, self.remedy = field, remedy


def begin(case: CaseT, status: str, *, verb: str, by: Any, at: datetime, why: str = "") -> CaseT:
    """Keep a new case in its first status with the first entry of its history."""
    case.status, case.created_at = status, at
    with transaction.atomic():
        case.save(force_insert=True)
        _record(case.kind(), [(case.pk, "")], verb, status, by, at, why)
    return case


def record_begun(cases: list[CaseT], *, verb: str, by: Any, at: datetime) -> None:
    """The first entry of the history of cases that were kept in bulk."""
    if cases:
        _record(cases[0].kind(), [(case.pk, "") for case in cases], verb, cases[0].status, by, at, "")


def move(
    case: CaseT, to: str, *, allowed: Allowed, verb: str, by: Any, at: datetime, why: str = "", **fields: Any
) -> CaseT:
    """Move the case to another status under a lock, with the fields that change by the same act.

    Raises ``Refused`` where the table does not allow it; then nothing is written.
    """
    with transaction.atomic():
        locked = type(case)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
        came_from = locked.status
        refuse_unless_allowed(locked, to, allowed=allowed, verb=verb)
        for name, value in {**fields, "status": to}.items():
            setattr(locked, name, value)
            setattr(case, name, value)
        locked.save(update_fields=["status", *fields])
        _record(locked.kind(), [(locked.pk, came_from)], verb, to, by, at, why)
    return case


def move_all(
    cases: models.QuerySet[CaseT], to: str, *, allowed: Allowed, verb: str, by: Any, at: datetime, **fields: Any
) -> int:
    """Move many cases at once, each as ``move`` would; those the table does not allow refuse the whole."""
    with transaction.atomic():
        locked = cases.select_for_update(of=("self",), no_key=True).order_by("pk").only("number", "status")
        moved = []
        for case in locked.iterator(chunk_size=BATCH):
            refuse_unless_allowed(case, to, allowed=allowed, verb=verb)
            moved.append((case.pk, case.status))
        for batch in _batches(moved):
            cases.model._default_manager.filter(pk__in=[pk for pk, _ in batch]).update(status=to, **fields)
        _record(cases.model.kind(), moved, verb, to, by, at, "")
    return len(moved)


def refuse_unless_allowed(case: Case, to: str, *, allowed: Allowed, verb: str) -> None:
    """Raise ``Refused`` where the table of this kind does not lead from the case's status to the other."""
    if to not in allowed.get(case.status, ()):
        raise Refused(
            f"{case._meta.verbose_name} {case.number} 当前状态为“{case.get_status_display()}”，不能{verb}。",
            field="status",
            remedy="请刷新页面查看最新状态。",
        )


def history(case: Case) -> models.QuerySet[StatusChange]:
    """All that happened to the case, oldest first."""
    return StatusChange.objects.filter(case_kind=case.kind(), case_id=case.pk).order_by("sequence")


def broken_links(changes: Iterable[StatusChange]) -> list[StatusChange]:
    """The entries whose digest, or whose link to the entry before, no longer fits; in the order of a history."""
    last: dict[tuple[str, int], str] = {}
    broken = []
    for change in changes:
        key = (change.case_kind, change.case_id)
        if change.previous_digest != last.get(key, "") or change.digest != digest(change):
            broken.append(change)
        last[key] = change.digest
    return broken


def digest(change: StatusChange) -> str:
    """SHA-256 over what the entry says and the digest of the one before it."""
    words = [change.case_kind, change.case_id, change.sequence, change.verb, change.from_status, change.to_status]
    words += [int(change.at.timestamp() * 1_000_000), change.by_id, change.why, change.previous_digest]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def _record(kind: str, moved: list[tuple[int, str]], verb: str, to: str, by: Any, at: datetime, why: str) -> None:
    for batch in _batches(moved):
        past = StatusChange.objects.filter(case_kind=kind, case_id__in=[case_id for case_id, _ in batch])
        latest = {change.case_id: change for change in past.order_by("case_id", "-sequence").distinct("case_id")}
        entries = []
        for case_id, came_from in batch:
            before = latest.get(case_id)
            entry = StatusChange(
                case_kind=kind,
                case_id=case_id,
                sequence=before.sequence + 1 if before else 1,
                verb=verb,
                from_status=came_from,
                to_status=to,
                at=at,
                by=by,
                why=why,
                previous_digest=before.digest if before else "",
            )
            entry.digest = digest(entry)
            entries.append(entry)
        StatusChange.objects.bulk_create(entries)


def _batches(moved: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    return (moved[start : start + BATCH] for start in range(0, len(moved), BATCH))
