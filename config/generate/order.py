"""What was asked for, and which numbers each shard may give; plain values, which a process is told before it has Django."""

from dataclasses import dataclass

from common.dates import Month


@dataclass(frozen=True)
class Order:
    """One month to generate; the same order makes the same month."""

    month: str
    settlements: int
    seed: int
    acts: bool

    @property
    def period(self) -> Month:
        return Month.parse(self.month)


@dataclass(frozen=True)
class Numbers:
    """The first number of one shard in each range; ``visits`` says where its part of each hour begins."""

    settlement: int
    case: int  # of the visits' case numbers; the shard's own follow those of all visits
    person: int
    running: int  # persons of this month before it
    enrolment: int
    year: int
    filing: int
    filings: int  # at most
    change: int
    term: int
    reversal: int
    reversals: int  # at most
    reversal_case: int
    filing_case: int
    hours: tuple[tuple[int, int], ...]  # first and end of its visits in each hour, counted over the month

    @property
    def visits(self) -> int:
        return sum(end - first for first, end in self.hours)
