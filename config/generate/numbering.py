"""The numbers of a month: taken out of the sequences at once and dealt to the shards before these begin."""

from itertools import pairwise

from django.db import connection

from common.cases import StatusChange, Term
from config.generate import figures
from config.generate.order import Numbers
from config.generate.rhythm import Rhythm
from config.generate.world import SHARDS
from filings.models import Filing
from registry.models import Enrolment, InsuredPerson
from settlement.models import Settlement, YearAmounts

CASE_NUMBERS = "common_case_number"
VISITS = sum(figures.VISITS_OF_A_PERSON)


def persons_of(visits: int) -> int:
    """How many persons it takes for so many visits."""
    whole, rest = divmod(visits, VISITS)
    persons = whole * len(figures.VISITS_OF_A_PERSON)
    for count in figures.VISITS_OF_A_PERSON:
        if rest <= 0:
            break
        persons, rest = persons + 1, rest - count
    return persons


def reserve(rhythm: Rhythm, shares: list[int]) -> list[Numbers]:
    """Take the numbers of the whole month out of the sequences and deal them to the shards; some stay unused."""
    hours = [_hours_of(rhythm, shares, shard) for shard in range(SHARDS)]
    visits = [sum(end - first for first, end in shard) for shard in hours]
    persons = [persons_of(count) for count in visits]
    filings = [count + count // 16 + 16 for count in persons]  # one each, and emergencies deemed filed
    reversals = [count // 50 + 8 for count in visits]
    whole = sum(visits)
    settlement = _take(Settlement, whole + sum(reversals))
    case = _take_numbers(CASE_NUMBERS, whole + sum(reversals) + sum(filings))
    person, enrolment = _take(InsuredPerson, sum(persons)), _take(Enrolment, sum(persons))
    year, filing = _take(YearAmounts, 2 * sum(persons)), _take(Filing, sum(filings))
    change, term = _take(StatusChange, 2 * sum(filings)), _take(Term, sum(filings))
    dealt = []
    for shard in range(SHARDS):
        earlier, taken_back, filed = (sum(counts[:shard]) for counts in (persons, reversals, filings))
        dealt.append(
            Numbers(
                settlement=settlement,
                case=case,
                person=person + earlier,
                running=earlier,
                enrolment=enrolment + earlier,
                year=year + 2 * earlier,
                filing=filing + filed,
                filings=filings[shard],
                change=change + 2 * filed,
                term=term + filed,
                reversal=settlement + whole + taken_back,
                reversals=reversals[shard],
                reversal_case=case + whole + taken_back,
                filing_case=case + whole + sum(reversals) + filed,
                hours=hours[shard],
            )
        )
    return dealt


def _hours_of(rhythm: Rhythm, shares: list[int], shard: int) -> tuple[tuple[int, int], ...]:
    """The shard's visits of each hour, numbered over the month, so that later visits have higher numbers."""
    parts = []
    for start, end in pairwise(rhythm.starts):
        first = start + (end - start) * shares[shard] // shares[-1]
        parts.append((first, start + (end - start) * shares[shard + 1] // shares[-1]))
    return tuple(parts)


def _take(model: type, count: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])  # type: ignore[attr-defined]
        (sequence,) = cursor.fetchone()
    return _take_numbers(sequence, count)


def _take_numbers(sequence: str, count: int) -> int:
    """The first of so many numbers that follow one another and are nobody else's."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT min(taken), max(taken) FROM (SELECT nextval(%s) AS taken FROM generate_series(1, %s)) AS numbers",
                [sequence, count],
            )
            first, last = cursor.fetchone()
        if last - first == count - 1:  # else somebody took one meanwhile
            return int(first)
