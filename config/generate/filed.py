"""The travellers' filings as their offices leave them: applied for, decided in time, with history and ended term."""

from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any, NamedTuple

from common import terms
from common.transitions import digest
from config.generate import figures
from config.generate.chance import Draw, below, happens
from config.generate.order import Numbers
from config.generate.people import Traveller
from config.generate.rhythm import at
from config.generate.rows import NULL, Sink
from filings.enums import LONG_TERM, Category, Channel, Material, Status, Verb
from filings.models import Filing
from filings.rules import MATERIALS, default_end, on_promise
from filings.workflow import DECISION

KIND = Filing.kind()
ACTIVE, SUBMITTED = str(Status.ACTIVE.value), str(Status.SUBMITTED.value)
SUBMIT, ACCEPT, DEEM = (str(verb.label) for verb in (Verb.SUBMIT, Verb.ACCEPT, Verb.DEEM))
EMERGENCY, FLAG = str(Category.EMERGENCY.value), str(Channel.FLAG.value)
ACCEPTED = "材料齐全"
DEEMED = "急诊标志，视同已备案"
_CHANNELS = Draw({channel.value: weight for channel, weight in figures.CHANNELS.items()})


class Change(NamedTuple):
    """One entry of the history, with the names that ``common.transitions.digest`` asks for."""

    case_kind: str
    case_id: int
    sequence: int
    verb: str
    from_status: str
    to_status: str
    at: datetime
    by_id: int | None
    why: str
    previous_digest: str


class Filings:
    """Writes the filings of one shard, with the numbers it may give."""

    def __init__(self, random: Random, sink: Sink, numbers: Numbers) -> None:
        self.random, self.numbers, self.given = random, numbers, 0
        self._filing = sink.into("filings_filing")
        self._change = sink.into("common_statuschange")
        self._term = sink.into("common_term")

    def file(self, who: Traveller, person: int, first_visit: date) -> int:
        """The filing of a traveller, made some time before the first visit; its number."""
        n, number = self._next()
        start, applied, decided = self._days(who.category, first_visit)
        materials, clerk = self._materials(who.category), who.home.clerk
        promised = "t" if on_promise(who.category, materials) else "f"
        self._filing(
            f"{number}\tBA{applied:%Y%m%d}{self.numbers.filing_case + n:08d}\t{ACTIVE}\t{NULL}\t{applied}\t"
            f"{who.home.office}\t{clerk}\t{person}\t{who.insurance}\t{who.category}\t{who.home.code}\t"
            f"{who.home.province}\t{_where(who)}\t{start}\t{default_end(who.category, start) or NULL}\t"
            f"{_CHANNELS(self.random)}\t{{{','.join(materials)}}}\t{promised}\t\t{decided}\t{ACCEPTED}\n"
        )
        submitted = Change(KIND, number, 1, SUBMIT, "", SUBMITTED, applied, None, "", "")
        accepted = Change(
            KIND, number, 2, ACCEPT, SUBMITTED, ACTIVE, decided, clerk, ACCEPTED, self._record(2 * n, submitted)
        )
        self._record(2 * n + 1, accepted)
        term = _term_from(applied.date())
        self._term(
            f"{self.numbers.term + n}\t{KIND}\t{number}\t{term['kind']}\t{term['article']}\t{term['rule']}\t"
            f"{term['started_on']}\t{term['due_on']}\t{'t' if term['provisional'] else 'f'}\t{who.home.office}\t"
            f"{decided.date()}\t{ACCEPT}\n"
        )
        return number

    def deem(self, who: Traveller, person: int, begun_on: date, when: datetime) -> int:
        """An emergency is deemed filed for its own day (article 34); the filing's number."""
        n, number = self._next()
        self._filing(
            f"{number}\tBA{begun_on:%Y%m%d}{self.numbers.filing_case + n:08d}\t{ACTIVE}\t{NULL}\t{when}\t"
            f"{who.home.office}\t{NULL}\t{person}\t{who.insurance}\t{EMERGENCY}\t{who.home.code}\t{who.home.province}\t"
            f"{_where(who)}\t{begun_on}\t{begun_on}\t{FLAG}\t{{}}\tf\t\t{when}\t\n"
        )
        self._record(2 * n, Change(KIND, number, 1, DEEM, "", ACTIVE, when, None, DEEMED, ""))
        return number

    def _next(self) -> tuple[int, int]:
        n, self.given = self.given, self.given + 1
        if n >= self.numbers.filings:
            raise OverflowError("more emergencies than numbers were reserved for")
        return n, self.numbers.filing + n

    def _record(self, n: int, change: Change) -> str:
        """Keep an entry of the history; its digest, which the next one bears."""
        # The digest asks for names only; a model of each would take ten times as long to make.
        own = digest(change)  # type: ignore[arg-type]
        by = NULL if change.by_id is None else change.by_id
        self._change(
            f"{self.numbers.change + n}\t{change.case_kind}\t{change.case_id}\t{change.sequence}\t{change.verb}\t"
            f"{change.from_status}\t{change.to_status}\t{change.at}\t{by}\t{change.why}\t{change.previous_digest}\t{own}\n"
        )
        return own

    def _days(self, category: str, first_visit: date) -> tuple[date, datetime, datetime]:
        """From when it holds, when it was applied for, and when it was decided: before the first visit in any case."""
        random, long_term = self.random, category in LONG_TERM
        most = figures.LONG_TERM_DAYS if long_term else figures.TEMPORARY_DAYS
        start = first_visit - timedelta(days=1 + below(random, 1 + below(random, most)))  # lately rather than long ago
        applied = at(start - timedelta(days=below(random, 4)), 60 * (8 * 60 + below(random, 12 * 60)))
        decided = applied + timedelta(minutes=3 + below(random, 90))
        if not happens(random, figures.DECIDED_AT_ONCE):
            on = terms.calendar().working_day_after(applied.date(), 1 + below(random, 2))
            if on < first_visit:
                decided = at(on, 60 * (9 * 60 + below(random, 8 * 60)))
        return start, applied, decided

    def _materials(self, category: str) -> list[str]:
        chosen = []
        for choice in MATERIALS[category]:
            promised = Material.PROMISE in choice and happens(self.random, figures.ON_PROMISE)
            proofs = [material for material in choice if material != Material.PROMISE]
            chosen.append(Material.PROMISE if promised else proofs[below(self.random, len(proofs))])
        return sorted(material.value for material in chosen)


def _where(who: Traveller) -> str:
    return f"{who.town.region}\t{who.town.area}\t{who.town.province}"


@cache
def _term_from(applied_on: date) -> dict[str, Any]:
    return DECISION.starting(applied_on)
