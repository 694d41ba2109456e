"""Settlements as rows: the visit, its charge lines, its steps; what is taken back as the same with every amount negated."""

from collections import Counter
from decimal import Decimal
from functools import cache
from typing import Any

from common.dates import Month
from config.generate import agreed
from config.generate.bills import Bill
from config.generate.order import Numbers, Order
from config.generate.people import Traveller
from config.generate.rhythm import Rhythm, at
from config.generate.rows import NULL, Sink, entries, steps, yuan
from config.generate.visits import Life, Reversed, Settled
from settlement.models import FUND_COLUMNS
from settlement.rules import Benefit
from settlement.rules.fen import ZERO, fen

FUNDS = tuple(FUND_COLUMNS)
LINE_PARTS = ("amount", "out_of_scope", "over_limit", "first_self_pay", "in_scope")
TAKEN_BACK = "各项金额取反（规程第四十二条）"


class Ledger:
    """Writes what was settled and taken back, and keeps count."""

    def __init__(self, order: Order, rhythm: Rhythm, numbers: Numbers, sink: Sink) -> None:
        self.month, self.rhythm, self.numbers, self.acts = order.period, rhythm, numbers, order.acts
        self.counts: Counter[str] = Counter()
        self._reversals = 0
        self._settlement = sink.into("settlement_settlement")
        self._line = sink.into("settlement_chargeline")
        self._steps = sink.into("settlement_settlementsteps")

    def keep(self, life: Life, person: int) -> None:
        """Everything that happened to a person, in order."""
        who = life.who
        for each in life.happened:
            if isinstance(each, Settled):
                self._keep_settled(who, person, each)
            elif self._reversals < self.numbers.reversals:
                self._keep_reversed(who, person, each)
            else:
                raise OverflowError("more visits taken back than numbers were reserved for")

    def _keep_settled(self, who: Traveller, person: int, visit: Settled) -> None:
        period, benefit = str(self.month), visit.benefit
        number = self.numbers.settlement + visit.rank
        on = self.rhythm.day(visit.moment)
        self._settlement(
            f"{number}\tJS{on:%Y%m%d}{self.numbers.case + visit.rank:08d}\t{NULL}\t{NULL}\t{_same(who, person, visit)}\t"
            f"{self.rhythm.written(visit.moment)}\t{on}\t{period}\t{period}\tf\t{period}\t{_amounts(visit.bill, benefit)}\t"
            f"{entries(sorted(benefit.kept.in_fen.items()))}\n"
        )
        for place, line in enumerate(visit.bill.lines, start=1):
            self._line(
                f"{period}\t{number}\t{place}\t{line.category}\t\t\t{NULL}\t{NULL}\t{yuan(line.amount)}\t"
                f"{yuan(line.out_of_scope)}\t{yuan(line.over_limit)}\t{yuan(line.first_self_pay)}\t"
                f"{yuan(line.in_scope)}\n"
            )
        self._steps(f"{period}\t{number}\t{steps(benefit.steps)}\n")
        self._count(visit, who)

    def _keep_reversed(self, who: Traveller, person: int, back: Reversed) -> None:
        visit, n = back.original, self._reversals
        self._reversals += 1
        period = self._period_of_reversal(back)
        number, on = self.numbers.reversal + n, self.rhythm.day(back.moment)
        kept = [(key, -amount) for key, amount in sorted(visit.benefit.kept.in_fen.items())]
        original = self.numbers.settlement + visit.rank
        returned = period != str(self.month)
        self._settlement(
            f"{number}\tJS{on:%Y%m%d}{self.numbers.reversal_case + n:08d}\t{NULL}\t{original}\t"
            f"{_same(who, person, visit)}\t{self.rhythm.written(back.moment)}\t{on}\t{self.month}\t{period}\t"
            f"{'t' if returned else 'f'}\t{self.month}\t{_amounts(visit.bill, visit.benefit, -1)}\t{entries(kept)}\n"
        )
        for place, line in enumerate(visit.bill.lines, start=1):
            parts = "\t".join(yuan(-getattr(line, part)) for part in LINE_PARTS)
            self._line(f"{period}\t{number}\t{place}\t{line.category}\t\t\t{NULL}\t{NULL}\t{parts}\n")
        first = self.rhythm.day(visit.moment)
        basis = f"原结算 JS{first:%Y%m%d}{self.numbers.case + visit.rank:08d}，{TAKEN_BACK}"
        self._steps(f"{period}\t{number}\t{steps([('冲销原结算', -visit.benefit.fund_total, basis)])}\n")
        self.counts["reversals"] += 1
        self.counts["returned"] += returned
        self.counts["reversed_after_month_end"] += on > self.month.last

    def _period_of_reversal(self, back: Reversed) -> str:
        """As ``settlement.periods.reversal_period_for``: with its settlement while that is not agreed, else its own."""
        if self.acts and back.moment >= agreed_moment(back.original.place.code, str(self.month)):
            return str(self.month.next())
        return str(self.month)

    def _count(self, visit: Settled, who: Traveller) -> None:
        counts, benefit, service = self.counts, visit.benefit, visit.service
        counts["settlements"] += 1
        counts[f"service.{service}"] += 1
        counts[f"insurance.{who.insurance}"] += 1
        counts["total"] += visit.bill.total
        counts["fund"] += fen(benefit.fund_total)
        counts["account"] += fen(benefit.account)


@cache
def agreed_moment(institution: str, month: str) -> int:
    """When the institution's month is agreed, in seconds from the month's first."""
    period = Month.parse(month)
    return int((agreed.agreed_at(institution, period) - at(period.first)).total_seconds())


def _same(who: Traveller, person: int, visit: Settled) -> str:
    """The columns that a settlement and its reversal share, from person to begun_on."""
    home, place = who.home, visit.place
    return (
        f"{person}\t{who.insurance}\t{home.code}\t{home.province}\t{place.code}\t{place.area}\t{place.province}\t"
        f"{visit.filing}\t{who.category}\t{visit.policy.id}\t{visit.service}\t{visit.disease}\t{visit.begun_on}"
    )


def _amounts(bill: Bill, benefit: Benefit, sign: int = 1) -> str:
    """The amounts from total to cash, in the order of the columns."""
    funds: Any = benefit.funds
    amounts: list[Decimal] = [
        benefit.first_self_pay, benefit.in_scope, benefit.deductible, *(funds.get(fund, ZERO) for fund in FUNDS),
        benefit.fund_total, benefit.personal, benefit.account, benefit.cash,
    ]  # fmt: skip
    charged = f"{yuan(sign * bill.total)}\t{yuan(sign * bill.out_of_scope)}\t{yuan(sign * bill.over_limit)}"
    return "\t".join([charged, *(map(str, amounts) if sign > 0 else (str(-amount) for amount in amounts))])
