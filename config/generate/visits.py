"""One person's visits of the month in their order: every amount by the benefit rule, with what the year has so far."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from common.dates import ONE_DAY
from config.generate import figures
from config.generate.bills import Bill, bill
from config.generate.chance import Draw, below, happens
from config.generate.people import Traveller
from config.generate.rhythm import DAY, HOUR, Rhythm
from config.generate.world import LEVELS, Place, PolicyInForce
from settlement.rules import Benefit, Charges, NotCovered, Person, RunningKept, Visit, explain_benefit
from settlement.rules.fen import yuan

LEVEL_FOR_ALL = "tertiary"  # what a policy covers at all, it covers there
OTHERWISE = ("outpatient", "inpatient", "chronic", "pharmacy")
NIGHTS = Draw([(n, max(1, 14 - abs(n - 6))) for n in range(1, 29)])


@dataclass(slots=True)
class Slot:
    """When a visit is settled, and its place in the order of time over the whole month."""

    moment: int
    rank: int


@dataclass(slots=True)
class Settled:
    """A visit settled; the filing is found when all visits are known."""

    moment: int
    rank: int
    service: str
    disease: str
    place: Place
    begun_on: date
    policy: PolicyInForce
    bill: Bill
    benefit: Benefit
    filing: int = 0


@dataclass(slots=True)
class Reversed:
    """A visit taken back, at a moment of this month or the next."""

    moment: int
    original: Settled


@dataclass
class Life:
    """A person's month: what happened in order of time, the year's totals in fen, the account."""

    random: Random
    rhythm: Rhythm
    who: Traveller
    person: Person = field(init=False)
    kept: RunningKept = field(default_factory=RunningKept)
    totals: dict[tuple[str, str, str], int] = field(default_factory=dict)
    happened: list[Settled | Reversed] = field(default_factory=list)

    def __post_init__(self) -> None:
        who = self.who
        self.person = Person(
            area=who.home.code,
            insurance=who.insurance,
            person=who.kind,
            aid=who.aid,
            born_on=who.born_on,
            insured_months=who.insured_months,
            tags=frozenset(),
            account_balance=yuan(who.balance),
        )

    @property
    def visits(self) -> list[Settled]:
        return [each for each in self.happened if isinstance(each, Settled)]

    def live(self, slots: list[Slot]) -> None:
        """Let everything happen, what is taken back at its own moment between the visits."""
        waiting: list[Reversed] = []
        last: date | None = None
        for slot, service in zip(slots, self.who.services, strict=True):
            self._take_back(waiting, slot.moment)
            on = self.rhythm.day(slot.moment)
            visit = self._settle(slot, service, on, self._begun_on(service, on, last))
            self.happened.append(visit)
            self._count(visit.benefit, 1)
            last = on
            if visit.service == "outpatient" and happens(self.random, figures.REVERSED):
                waiting.append(Reversed(self._taken_back_at(slot.moment), visit))
        self._take_back(waiting, None)

    def _settle(self, slot: Slot, service: str, on: date, begun_on: date) -> Settled:
        """The visit as drawn, or the nearest one that the policy covers."""
        who, policy = self.who, self.who.home.policy(self.who.insurance, on)
        level = LEVELS[service](self.random)
        for kind in (service, service, *OTHERWISE):
            if kind not in policy.rules.benefits or kind not in who.home.services:
                continue
            place, level = who.place(self.random, kind, level), LEVEL_FOR_ALL
            cost, begun = bill(self.random, kind, who.insurance), begun_on if kind == "inpatient" else on
            disease = (who.disease or figures.COMMONEST_DISEASE) if kind == "chronic" else ""
            visit = Visit(
                id="",
                kind=kind,
                settled_on=on,
                charges=Charges(*(yuan(amount) for amount in cost[:4])),
                place="off_site",
                level=place.level,
                institution=place.code,
                filing=who.category,
                disease=disease or None,
                transfer=False,
                admitted_on=begun,
            )
            try:
                benefit = explain_benefit(policy.rules, self.person, visit, self.kept)
            except NotCovered:
                continue
            return Settled(slot.moment, slot.rank, kind, disease, place, begun, policy, cost, benefit)
        raise LookupError(f"{who.home.code} {who.insurance} covers nothing on {on}")

    def _take_back(self, waiting: list[Reversed], until: int | None) -> None:
        """What is taken back up to the moment, or at all."""
        for due in _due(waiting, until):
            waiting.remove(due)
            self.happened.append(due)
            self._count(due.original.benefit, -1)

    def _count(self, benefit: Benefit, sign: int) -> None:
        self.kept.add(benefit.kept if sign > 0 else benefit.kept.negated())
        for key, amount in benefit.kept.in_fen.items():
            self.totals[key] = self.totals.get(key, 0) + sign * amount
        if benefit.account:
            self.person = replace(self.person, account_balance=self.person.account_balance - sign * benefit.account)

    def _begun_on(self, service: str, on: date, last: date | None) -> date:
        """Some nights before a stay is settled, after the visit before; other visits begin and end on one day."""
        if service != "inpatient":
            return on
        begun = on - timedelta(days=NIGHTS(self.random))
        return begun if last is None else min(on, max(begun, last + ONE_DAY))

    def _taken_back_at(self, moment: int) -> int:
        """In office hours, within days or in the month after."""
        day = min(moment // DAY + below(self.random, 4), self.rhythm.length - 1)
        if happens(self.random, figures.REVERSED_AFTER_MONTH_END):
            day = self.rhythm.length + below(self.random, 26)
        return max(day * DAY + 9 * HOUR + below(self.random, 9 * HOUR), moment + 60 + below(self.random, 1800))


def _due(waiting: list[Reversed], until: int | None) -> Iterator[Reversed]:
    return iter(
        sorted((each for each in waiting if until is None or each.moment <= until), key=lambda each: each.moment)
    )
