"""A stay over New Year computed by days (跨年度住院按日分摊): one visit per year, each with its own charges."""

from datetime import date

from settlement.rules.fen import half_up

Charges = tuple[int, int, int, int]


def years_of_stay(admitted_on: date, settled_on: date) -> list[tuple[date, int]]:
    """For each year with nights its day (31 December, the settlement day in the last year) and its nights.

    解释: a night belongs to the year of the day on which it begins; a year without nights (settled on 1 January) has
    no part, and the year before it then keeps its own 31 December.
    """
    years = []
    for year in range(admitted_on.year, settled_on.year + 1):
        first = max(admitted_on, date(year, 1, 1))
        last = settled_on if year == settled_on.year else date(year, 12, 31)
        nights = (last - first).days + (year != settled_on.year)
        if nights:
            years.append((last, nights))
    return years


def split_by_nights(charges: Charges, nights: list[int]) -> list[Charges]:
    """Each charge cut by nights, running totals rounded half up, so that the parts add up to the fen."""
    whole, running = sum(nights), 0
    cut: Charges = (0, 0, 0, 0)
    parts: list[Charges] = []
    for count in nights:
        running += count
        a, b, c, d = (half_up(charge * running, whole) for charge in charges)
        parts.append((a - cut[0], b - cut[1], c - cut[2], d - cut[3]))
        cut = (a, b, c, d)
    assert cut == charges
    return parts
