"""The numbers of a month: taken out of the sequences at once and dealt to the shards before these begin."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Firsts:
    """The first number of the month in each sequence."""

    settlement: int
    case: int
    person: int
    enrolment: int
    year: int
    filing: int
    change: int
    term: int


class Wanted:
    """How many numbers each shard may need, in the shards' order; some stay unused."""

    def __init__(self, rhythm: Rhythm, shares: list[int]) -> None:
        self.hours = [_hours_of(rhythm, shares, shard) for shard in range(SHARDS)]
        self.visits = [sum(end - first for first, end in shard) for shard in self.hours]
        self.persons = [persons_of(count) for count in self.visits]
        self.filings = [count + count // 16 + 16 for count in self.persons]  # one each, and emergencies deemed filed
        self.reversals = [count // 50 + 8 for count in self.visits]


def reserve(wanted: Wanted) -> Firsts:
    """Take the numbers of the whole month out of the sequences."""
    persons, filings, taken_back = sum(wanted.persons), sum(wanted.filings), sum(wanted.reversals)
    visits = sum(wanted.visits)
    return Firsts(
        settlement=_take(Settlement, visits + taken_back),
        case=_take_numbers(CASE_NUMBERS, visits + taken_back + filings),
        person=_take(InsuredPerson, persons),
        enrolment=_take(Enrolment, persons),
        year=_take(YearAmounts, 2 * persons),
        filing=_take(Filing, filings),
        change=_take(StatusChange, 2 * filings),
        term=_take(Term, filings),
    )


def deal(wanted: Wanted, firsts: Firsts) -> list[Numbers]:
    """The numbers of each shard."""
    whole, taken_back_in_all = sum(wanted.visits), sum(wanted.reversals)
    dealt = []
    for shard in range(SHARDS):
        counts = (wanted.persons, wanted.reversals, wanted.filings)
        earlier, taken_back, filed = (sum(count[:shard]) for count in counts)
        dealt.append(
            Numbers(
                settlement=firsts.settlement,
                case=firsts.case,
                person=firsts.person + earlier,
                running=earlier,
                enrolment=firsts.enrolment + earlier,
                year=firsts.year + 2 * earlier,
                filing=firsts.filing + filed,
                filings=wanted.filings[shard],
                change=firsts.change + 2 * filed,
                term=firsts.term + filed,
                reversal=firsts.settlement + whole + taken_back,
                reversals=wanted.reversals[shard],
                reversal_case=firsts.case + whole + taken_back,
                filing_case=firsts.case + whole + taken_back_in_all + filed,
                hours=wanted.hours[shard],
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
