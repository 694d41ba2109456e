"""What a visit costs: lognormal, spread over the national expense categories and split by the host's catalogue."""

from random import Random
from typing import NamedTuple

from config.generate import figures
from config.generate.chance import Draw, below, lognormal, lognormal_table
from settlement.enums import ExpenseCategory as Category

LEAST = 500  # fen: nobody settles less than five yuan

# Sets of categories with their parts of the whole, drawn by weight.
_SETS = {
    "inpatient": Draw(
        [
            (((Category.BED, 4), (Category.EXAMINATION, 14), (Category.LABORATORY, 12), (Category.TREATMENT, 16),
              (Category.NURSING, 4), (Category.SUPPLIES, 16), (Category.WESTERN_MEDICINE, 34)), 6),
            (((Category.BED, 3), (Category.LABORATORY, 9), (Category.SURGERY, 20), (Category.SUPPLIES, 42),
              (Category.WESTERN_MEDICINE, 26)), 4),
            (((Category.EXAMINATION, 20), (Category.TREATMENT, 22), (Category.WESTERN_MEDICINE, 58)), 3),
        ]
    ),
    "outpatient": Draw(
        [
            (((Category.CONSULTATION, 12), (Category.WESTERN_MEDICINE, 88)), 5),
            (((Category.CONSULTATION, 8), (Category.LABORATORY, 36), (Category.WESTERN_MEDICINE, 56)), 4),
            (((Category.CONSULTATION, 6), (Category.EXAMINATION, 94)), 3),
            (((Category.WESTERN_MEDICINE, 1),), 3),
            (((Category.CONSULTATION, 10), (Category.HERBAL_SLICES, 90)), 1),
        ]
    ),
    "chronic": Draw(
        [
            (((Category.WESTERN_MEDICINE, 1),), 3),
            (((Category.LABORATORY, 18), (Category.WESTERN_MEDICINE, 82)), 2),
            (((Category.TREATMENT, 64), (Category.SUPPLIES, 26), (Category.WESTERN_MEDICINE, 10)), 1),
        ]
    ),
    "pharmacy": Draw([(((Category.WESTERN_MEDICINE, 1),), 3), (((Category.PATENT_MEDICINE, 1),), 2)]),
}  # fmt: skip


class Line(NamedTuple):
    """One category of the bill, in fen."""

    category: str
    amount: int
    out_of_scope: int
    over_limit: int
    first_self_pay: int

    @property
    def in_scope(self) -> int:
        return self.amount - self.out_of_scope - self.over_limit - self.first_self_pay


class Bill(NamedTuple):
    """A visit's bill in fen, the sums of its lines."""

    total: int
    out_of_scope: int
    over_limit: int
    first_self_pay: int
    lines: list[Line]


def bill(random: Random, service: str, insurance: str) -> Bill:
    """The bill of one visit."""
    mean, sigma = _COSTS[service, insurance]
    total = max(LEAST, lognormal(random, sigma, mean))
    kind = _SETS[service](random)
    whole, running, cut = sum(part for _, part in kind), 0, 0
    outside, over, own = below(random, 110), below(random, 20), 20 + below(random, 110)  # per mille
    lines, outside_sum, over_sum, own_sum = [], 0, 0, 0
    for category, part in kind:
        running += part
        edge = total * running // whole
        amount, cut = edge - cut, edge
        line = Line(category, amount, amount * outside // 1000, amount * over // 1000, amount * own // 1000)
        lines.append(line)
        outside_sum += line.out_of_scope
        over_sum += line.over_limit
        own_sum += line.first_self_pay
    return Bill(total, outside_sum, over_sum, own_sum, lines)


_COSTS = {
    (str(service.value), str(insurance.value)): (mean, lognormal_table(sigma))
    for (service, insurance), (mean, sigma) in figures.COSTS.items()
}
