"""The only place where a status changes: locked, checked against the table of its kind, saved and recorded."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, models, transaction

from common.cases import Case, StatusChange

CaseT = TypeVar("CaseT", bound=Case)
Allowed = Mapping[str, frozenset[str] | set[str]]

BATCH = 2000  # cases moved and recorded in one statement

# Each entry is chained to the latest of its case; the digest is that of ``digest()``, which checks it.
RECORD = """
INSERT INTO common_statuschange (
    case_kind, case_id, sequence, verb, from_status, to_status, at, by_id, why, previous_digest, digest)
SELECT %(kind)s, case_id, sequence, %(verb)s, came_from, %(to)s, %(at)s, %(by)s, %(why)s, previous,
       encode(sha256(convert_to(
           '[' || concat_ws(', ', %(kind_said)s::text, case_id, sequence, %(verb_said)s::text, to_json(came_from),
                            %(rest_said)s::text, to_json(previous)) || ']', 'UTF8')), 'hex')
FROM unnest(%(ids)s::bigint[], %(came_from)s::text[]) AS moved(case_id, came_from)
CROSS JOIN LATERAL (
    SELECT coalesce(max(latest.sequence), 0) + 1 AS sequence, coalesce(max(latest.digest), '') AS previous
    FROM (SELECT held.sequence, held.digest FROM common_statuschange AS held
          WHERE held.case_kind = %(kind)s AND held.case_id = moved.case_id ORDER BY held.sequence DESC LIMIT 1) AS latest
) AS chained
"""


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
        locked = cases.select_for_update(of=("self",), no_key=True).order_by("pk")
        moved = list(locked.values_list("pk", "status"))
        for pk in {status: pk for pk, status in moved}.values():  # one of each status speaks for all
            refuse_unless_allowed(cases.model._default_manager.get(pk=pk), to, allowed=allowed, verb=verb)
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
    words += [_micros(change.at), change.by_id, change.why, change.previous_digest]
    return hashlib.sha256(_said(words).encode()).hexdigest()


def _record(kind: str, moved: list[tuple[int, str]], verb: str, to: str, by: Any, at: datetime, why: str) -> None:
    same = {
        "kind": kind, "verb": verb, "to": to, "at": at, "by": by.pk if by else None, "why": why,
        "kind_said": _said(kind), "verb_said": _said(verb),
        "rest_said": ", ".join(_said(word) for word in (to, _micros(at), by.pk if by else None, why)),
    }  # fmt: skip
    for batch in _batches(moved):
        ids, came_from = zip(*batch, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(RECORD, same | {"ids": list(ids), "came_from": list(came_from)})


def _micros(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def _said(word: Any) -> str:
    return json.dumps(word, ensure_ascii=False)


def _batches(moved: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    return (moved[start : start + BATCH] for start in range(0, len(moved), BATCH))
