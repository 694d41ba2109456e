"""What a person used in a year, kept as it is added and taken back with the same additions."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from registry.models import Enrolment
from settlement.models import YearAmounts
from settlement.rules import Kept, KeptKey

Entry = list[str]  # name, measure, bucket, amount: as JSON keeps it


def locked(enrolment: Enrolment, years: range) -> dict[int, YearAmounts]:
    """The person's totals of the years under a lock, which puts the person's settlements one after another."""
    YearAmounts.objects.bulk_create(
        [
            YearAmounts(person_id=enrolment.person_id, area_id=enrolment.area_id, insurance=enrolment.insurance, year=y)
            for y in years
        ],
        ignore_conflicts=True,
    )
    rows = YearAmounts.objects.select_for_update(no_key=True).filter(
        person_id=enrolment.person_id, area_id=enrolment.area_id, insurance=enrolment.insurance, year__in=years
    )
    return {row.year: row for row in rows.order_by("year")}


def years_of(begun_on: date, settled_on: date) -> range:
    """The years a visit may touch: a stay over New Year has parts in each."""
    return range(begun_on.year, settled_on.year + 1)


def kept(rows: Mapping[int, YearAmounts]) -> Kept:
    """All the rows' totals as the rules read them."""
    return Kept({KeptKey(*entry[:3]): Decimal(entry[3]) for row in rows.values() for entry in row.amounts})


def entries(additions: Mapping[KeptKey, Decimal]) -> list[Entry]:
    """Additions as JSON keeps them, in a fixed order."""
    return [[*key, str(amount)] for key, amount in sorted(additions.items())]


def add(rows: Mapping[int, YearAmounts], additions: list[Entry], sign: int = 1) -> None:
    """Add (or with sign −1 take back) the entries to the totals of their years."""
    for year, row in rows.items():
        totals = {tuple(entry[:3]): Decimal(entry[3]) for entry in row.amounts}
        for *key, amount in (entry for entry in additions if entry[2].startswith(str(year))):
            totals[tuple(key)] = totals.get(tuple(key), Decimal(0)) + sign * Decimal(amount)
        row.amounts = [[*key, str(amount)] for key, amount in sorted(totals.items()) if amount]
        row.save(update_fields=["amounts"])
