"""An examination of all the books, kept: at night by the schedule, by day when the nation's supervisor asks for one.

It reads and changes nothing but its own record. A break it finds is no failure of the examination: it is kept and told.
"""

import traceback
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from time import perf_counter
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction

from common.examinations import BookCheck, Examination
from common.transitions import Refused
from config.books import CHECKS
from config.books.check import Check, examine

logger = structlog.get_logger(__name__)

ROWS_KEPT = 20  # of each broken check
EXAMINATIONS_KEPT = 30
TURN = 0xB00C5  # the key of the advisory lock that whoever examines holds; it falls with the transaction
ABANDONED_AFTER = timedelta(minutes=10)  # unfinished and nobody at work: the worker died
ABANDONED = "检查中断，没有做完。"


def examine_all(*, at: datetime) -> Examination:
    """What the schedule does at night: an examination that nobody asked for, kept when it has ended."""
    now = _from(at)
    with transaction.atomic():
        _take_turn()
        return _carry_out(Examination(asked_at=at), now)


def ask(*, by: Any, at: datetime) -> Examination:
    """Keep that somebody wants an examination now; ``answer`` does it. Raises ``Refused`` while one is under way."""
    with transaction.atomic():
        waiting = Examination.objects.filter(ended_at=None).first()
        if not _may_take_turn() or (waiting and at - waiting.asked_at < ABANDONED_AFTER):
            raise Refused("已有一次一致性检查正在进行。", remedy="请等它结束后再看结果。")
        if waiting:
            _give_up(waiting.pk, at, ABANDONED)
        return Examination.objects.create(asked_at=at, asked_by=by)


def answer(examination_id: int, *, at: datetime) -> bool:
    """Do the examination that was asked for; false where it was done or given up meanwhile, or failed."""
    now = _from(at)
    try:
        with transaction.atomic():
            _take_turn()
            waiting = Examination.objects.filter(pk=examination_id, ended_at=None).first()
            if waiting:
                _carry_out(waiting, now)
    except Exception:  # whoever asked must see that there is no answer
        logger.exception("examination failed", examination=examination_id)
        _give_up(examination_id, now(), traceback.format_exc(limit=-4))
        return False
    return waiting is not None


def _give_up(examination_id: int, at: datetime, why: str) -> None:
    Examination.objects.filter(pk=examination_id, ended_at=None).update(ended_at=at, error=why)


def _from(at: datetime) -> Callable[[], datetime]:
    """A clock that stood at this moment when it was made."""
    started = perf_counter()
    return lambda: at + timedelta(seconds=perf_counter() - started)


def _carry_out(examination: Examination, now: Callable[[], datetime]) -> Examination:
    """Ask every check and keep what it answers; within a transaction that holds the turn."""
    examination.begun_at = now()
    found = [_answer_of(check, place) for place, check in enumerate(CHECKS, start=1)]
    examination.ended_at, examination.checks = now(), len(found)
    examination.broken = sum(each.count > 0 for each in found)
    examination.unanswered = sum(bool(each.error) for each in found)
    examination.save()
    for each in found:
        each.examination = examination
    BookCheck.objects.bulk_create(found)
    _thin_out()
    return examination


def _answer_of(check: Check, place: int) -> BookCheck:
    """What one check finds. One that the database cannot answer is kept as such, and the others go on."""
    begun, error = perf_counter(), ""
    columns: list[str] = []
    rows: list[list[Any]] = []
    count = 0
    try:
        with transaction.atomic():
            finding = examine(check, None, ROWS_KEPT, "default")
        count, columns = finding.count, list(finding.rows[0]) if finding.rows else []
        rows = [[kept(row[name]) for name in columns] for row in finding.rows]
    except DatabaseError as fault:
        logger.exception("check not answered", check=check.name)
        error = str(fault)
    seconds = Decimal(f"{perf_counter() - begun:.3f}")
    return BookCheck(
        place=place, name=check.name, sentence=check.sentence, article=check.article, count=count, columns=columns,
        rows=rows, seconds=seconds, error=error,
    )  # fmt: skip


def _thin_out() -> None:
    """The latest examinations stay."""
    latest = Examination.objects.order_by("-asked_at").values_list("pk", flat=True)[:EXAMINATIONS_KEPT]
    Examination.objects.exclude(pk__in=list(latest)).delete()


# One at a time


def _take_turn() -> None:
    """Wait for whoever examines to end; the turn falls with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def _may_take_turn() -> bool:
    """Take the turn where nobody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TURN])
        return bool(cursor.fetchone()[0])


# Values


def kept(value: Any) -> Any:
    """A value as JSON keeps it: what JSON has no word for stands under the name of its kind."""
    if isinstance(value, Decimal):
        return {"amount": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def restored(value: Any) -> Any:
    """The value again; a number without places is a count."""
    match value:
        case {"amount": text}:
            amount = Decimal(text)
            return int(amount) if amount.as_tuple().exponent == 0 else amount
        case {"moment": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
    return value
