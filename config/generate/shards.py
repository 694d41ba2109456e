"""One shard of a month: its persons one after another, each with all that happens to them, then forgotten."""

import gc
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from random import Random

from django.db import connection, transaction

from common.scheduling import JobRun
from config.generate import figures
from config.generate.chance import Draw, below, seeded
from config.generate.filed import Filings
from config.generate.order import Numbers, Order
from config.generate.people import People
from config.generate.rhythm import HOUR, Rhythm, at
from config.generate.rows import NULL, Sink, entries
from config.generate.settled import Ledger
from config.generate.visits import Life, Slot
from config.generate.world import World
from filings.enums import Category

Counts = Counter[str]

SHARD_JOB = "generate_shard"


def shard_period(order: Order, number: int) -> str:
    """Under which period a shard is noted as done: 2026-09#03."""
    return f"{order.month}#{number:02d}"


@dataclass
class Shard:
    """The work of one shard, with the numbers it may give."""

    order: Order
    number: int
    numbers: Numbers
    world: World
    rhythm: Rhythm
    sink: Sink = field(default_factory=Sink)
    counts: Counts = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = seeded("generate", self.order.seed, self.order.month, self.number)
        self.month = self.order.period
        homes = Draw([(home, home.weight) for home in self.world.shard(self.number)])
        self.people = People(self.random, self.world, homes, self.month)
        self.filings = Filings(self.random, self.sink, self.numbers)
        self.ledger = Ledger(self.order, self.rhythm, self.numbers, self.sink)

    def run(self, progress: Callable[[int], None]) -> Counts:
        """Write the shard in one transaction."""
        with transaction.atomic(), _no_collecting():
            with connection.cursor() as cursor:
                # Checked with each batch, not kept in memory until the end.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            done = 0
            for person, slots in enumerate(_slots(self.random, self.rhythm, self.numbers)):
                self._live(person, slots)
                done += len(slots)
                if self.sink.flush_if_full():
                    progress(done)
                    done = 0
            self.sink.flush()
            counts = self.counts + self.ledger.counts
            self._note(counts)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # as whoever has begun the transaction expects them
        progress(done)
        return counts

    def _note(self, counts: Counts) -> None:
        """Together with its rows, so that a shard is there once and wholly, or not at all."""
        first = at(self.month.first)
        JobRun.objects.create(
            job=SHARD_JOB, label=f"生成演示数据：第 {self.number + 1} 份", period=shard_period(self.order, self.number),
            planned_at=first, started_at=first, ended_at=first, outcome=JobRun.Outcome.DONE, counts=dict(counts),
        )  # fmt: skip

    def _live(self, person: int, slots: list[Slot]) -> None:
        """One person's month."""
        running, person_id = self.numbers.running + person, self.numbers.person + person
        life = Life(self.random, self.rhythm, self.people.next(running, len(slots)))
        life.live(slots)
        self._keep_person(life, person)
        self._file(life, person_id)
        self.ledger.keep(life, person_id)
        self._keep_years(life, person)

    def _keep_person(self, life: Life, person: int) -> None:
        person_id, who, home = self.numbers.person + person, life.who, life.who.home
        self.sink.into("registry_insuredperson")(
            f"{person_id}\t{who.number}\t{who.name}\t01\t{who.certificate}\t{who.digest}\t{who.sex}\t{who.born_on}\t\t"
            f"{home.code}\t{home.province}\n"
        )
        self.sink.into("registry_enrolment")(
            f"{self.numbers.enrolment + person}\t{person_id}\t{who.insurance}\t{home.code}\t{home.province}\t{who.kind}\t"
            f"normal\t{who.aid}\t{who.insured_months}\t[]\t{life.person.account_balance}\t{who.insured_since}\t{NULL}\n"
        )
        self.counts["persons"] += 1

    def _file(self, life: Life, person_id: int) -> None:
        """The filing by which the visits are settled, or one for each day of an emergency."""
        if life.who.category != Category.EMERGENCY:
            number = self.filings.file(life.who, person_id, min(visit.begun_on for visit in life.visits))
            for visit in life.visits:
                visit.filing = number
            self.counts["filings"] += 1
            return
        deemed: dict[date, int] = {}
        for visit in life.visits:
            if visit.begun_on not in deemed:
                when = self.rhythm.at(visit.moment)
                deemed[visit.begun_on] = self.filings.deem(life.who, person_id, visit.begun_on, when)
            visit.filing = deemed[visit.begun_on]
        self.counts["filings"] += len(deemed)
        self.counts["deemed_filed"] += len(deemed)

    def _keep_years(self, life: Life, person: int) -> None:
        """What the year has come to; a stay over New Year touches two."""
        years = sorted({year for visit in life.visits for year in range(visit.begun_on.year, self.month.year + 1)})
        used = sorted((key, amount) for key, amount in life.totals.items() if amount)
        for n, year in enumerate(years):
            totals = entries((key, amount) for key, amount in used if key[2].startswith(str(year)))
            self.sink.into("settlement_yearamounts")(
                f"{self.numbers.year + 2 * person + n}\t{self.numbers.person + person}\t{life.who.home.code}\t"
                f"{life.who.insurance}\t{year}\t{totals}\n"
            )


@contextmanager
def _no_collecting() -> Iterator[None]:
    """What is made for a person points nowhere in circles and goes by itself: looking for circles takes a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _slots(random: Random, rhythm: Rhythm, numbers: Numbers) -> Iterator[list[Slot]]:
    """For each person the moments of the visits, in order; all moments of the shard are given out once."""
    hours = array("H", (hour for hour, (first, end) in enumerate(numbers.hours) for _ in range(end - first)))
    for place in range(len(hours) - 1, 0, -1):
        other = below(random, place + 1)
        hours[place], hours[other] = hours[other], hours[place]
    free = [first for first, _ in numbers.hours]
    at, person = 0, 0
    while at < len(hours):
        count = figures.VISITS_OF_A_PERSON[person % len(figures.VISITS_OF_A_PERSON)]
        slots = []
        for hour in sorted(hours[at : at + count]):
            slots.append(Slot(rhythm.hours[hour] + below(random, HOUR), free[hour]))
            free[hour] += 1
        slots.sort(key=lambda slot: slot.moment)
        yield slots
        at, person = at + count, person + 1
