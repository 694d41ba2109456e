"""The life of a filing: one table, one verb for each step."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from common import terms
from common.terms import TermKind
from common.transitions import Refused, begin, move, move_all, refuse_unless_allowed
from filings.enums import Category, Material, Status, Verb
from filings.models import Filing
from filings.parameters import DECISION_WORKING_DAYS
from filings.rules import missing_materials, on_promise, overlap
from registry.models import InsuredPerson

ALLOWED = {
    Status.SUBMITTED: {Status.ACTIVE, Status.INCOMPLETE, Status.REFUSED, Status.CANCELLED},
    Status.INCOMPLETE: {Status.SUBMITTED, Status.REFUSED, Status.CANCELLED},
    Status.ACTIVE: {Status.CANCELLED, Status.EXPIRED},
    Status.REFUSED: set(),
    Status.CANCELLED: set(),
    Status.EXPIRED: set(),
}

VERBS = {
    Verb.SUBMIT: (None, Status.SUBMITTED),
    Verb.DEEM: (None, Status.ACTIVE),
    Verb.ACCEPT: (Status.SUBMITTED, Status.ACTIVE),
    Verb.RETURN: (Status.SUBMITTED, Status.INCOMPLETE),
    Verb.SUPPLEMENT: (Status.INCOMPLETE, Status.SUBMITTED),
    Verb.REFUSE: (Status.SUBMITTED, Status.REFUSED),
    Verb.CANCEL: (Status.ACTIVE, Status.CANCELLED),
    Verb.EXPIRE: (Status.ACTIVE, Status.EXPIRED),
}

DECISION = TermKind("办结备案", "working_days", DECISION_WORKING_DAYS)


def submit(filing: Filing, *, by: Any, at: datetime) -> Filing:
    """Take the application into the queue; the office decides within the term of article 9."""
    with transaction.atomic():
        begin(filing, Status.SUBMITTED, verb=Verb.SUBMIT.label, by=by, at=at)
        _open_decision(filing, at)
    return filing


def deem(filing: Filing, *, at: datetime) -> Filing:
    """Keep an emergency as filed (article 34, 视同备案)."""
    filing.decided_at = at
    return begin(filing, Status.ACTIVE, verb=Verb.DEEM.label, by=None, at=at, why="急诊标志，视同已备案")


def accept(filing: Filing, *, by: Any, at: datetime, opinion: str = "") -> Filing:
    """Let the filing take effect; its materials must be complete and no other may hold at the same place and time."""
    with transaction.atomic():
        InsuredPerson.objects.select_for_update(no_key=True).get(
            pk=filing.person_id
        )  # the person's filings one after another
        filing.refresh_from_db()
        refuse_unless_allowed(filing, Status.ACTIVE, allowed=ALLOWED, verb=Verb.ACCEPT.label)
        if names := _names(missing_materials(filing.category, filing.materials)):
            raise Refused(f"材料不齐，缺：{names}。", field="materials", remedy="请退回补正。")
        _refuse_overlap(filing)
        return _decide(filing, Status.ACTIVE, Verb.ACCEPT, by, at, opinion)


def refuse(filing: Filing, *, by: Any, at: datetime, opinion: str) -> Filing:
    """Refuse the filing, with the reason."""
    if not opinion.strip():
        raise Refused("不予备案须写明理由。", field="opinion", remedy="请填写经办意见。")
    return _decide(filing, Status.REFUSED, Verb.REFUSE, by, at, opinion)


def return_for_supplement(filing: Filing, *, by: Any, at: datetime, opinion: str = "") -> Filing:
    """Send the application back for what is missing, all of it named at once; the office's term ends."""
    names = _names(missing_materials(filing.category, filing.materials))
    why = "。".join(part for part in (opinion.strip(), f"请补充：{names}" if names else "") if part)
    if not why:
        raise Refused("材料已齐，退回补正须写明需补正的内容。", field="opinion", remedy="请填写经办意见。")
    with transaction.atomic():
        move(filing, Status.INCOMPLETE, allowed=ALLOWED, verb=Verb.RETURN.label, by=by, at=at, why=why, opinion=why)
        terms.end_term(filing, DECISION, on=_day(at), outcome=Verb.RETURN.label)
    return filing


def supplement(filing: Filing, materials: set[Material], *, by: Any, at: datetime) -> Filing:
    """Add materials and bring the application back into the queue, with a new term."""
    both = sorted({*filing.materials, *materials})
    with transaction.atomic():
        move(
            filing, Status.SUBMITTED, allowed=ALLOWED, verb=Verb.SUPPLEMENT.label, by=by, at=at, materials=both,
            on_promise=on_promise(filing.category, both),
        )  # fmt: skip
        _open_decision(filing, at)
    return filing


def cancel(filing: Filing, *, by: Any, at: datetime, why: str = "") -> Filing:
    """End the filing or the application by the person's wish; a stay begun within it is still settled (article 12)."""
    with transaction.atomic():
        move(filing, Status.CANCELLED, allowed=ALLOWED, verb=Verb.CANCEL.label, by=by, at=at, why=why)
        terms.end_term(filing, DECISION, on=_day(at), outcome=Verb.CANCEL.label)
    return filing


def expire_all(on: date, at: datetime) -> int:
    """End every filing whose last day is past, of those in force at the moment; safe to run twice."""
    ended = Filing.objects.filter(status=Status.ACTIVE, valid_until__lt=on, decided_at__lte=at)
    return move_all(ended, Status.EXPIRED, allowed=ALLOWED, verb=Verb.EXPIRE.label, by=None, at=at)


def _decide(filing: Filing, to: str, verb: Verb, by: Any, at: datetime, opinion: str) -> Filing:
    with transaction.atomic():
        move(
            filing, to, allowed=ALLOWED, verb=verb.label, by=by, at=at, why=opinion, opinion=opinion, decided_at=at,
            handler=by,
        )  # fmt: skip
        terms.end_term(filing, DECISION, on=_day(at), outcome=verb.label)
    return filing


def _open_decision(filing: Filing, at: datetime) -> None:
    # 解释: article 9 binds the national online channels; the other channels get the same days as the office's standard.
    terms.open_term(filing, DECISION, start=_day(at), agency=filing.agency)


def _refuse_overlap(filing: Filing) -> None:
    others = Filing.objects.filter(person=filing.person, insurance=filing.insurance, status=Status.ACTIVE)
    others = others.exclude(pk=filing.pk).exclude(category=Category.EMERGENCY)
    for other in others:
        if filing.is_long_term and other.is_long_term:
            raise Refused(
                f"该人员已有有效的长期备案 {other.number}（{other.destination}），不能同时有两个长期备案。",
                field="category",
                remedy="请先取消或变更原备案。",
            )
        if overlap(filing.reach, other.reach):
            raise Refused(
                f"与有效备案 {other.number}（{other.destination}，{other.days_valid()}）的就医地和有效期重叠。",
                field="destination",
                remedy="该备案仍可使用，无需重复办理。",
            )


def _names(wanting: list[tuple[Material, ...]]) -> str:
    """What is wanting, by name, each with its alternatives."""
    return "；".join(" 或 ".join(material.label for material in choice) for choice in wanting)


def _day(at: datetime) -> date:
    return timezone.localdate(at)
