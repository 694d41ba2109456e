"""Which materials a category asks for, how long a filing is valid, and whether it covers a visit."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from common.dates import months_after
from filings.enums import LONG_TERM, Category, Material
from filings.parameters import TEMPORARY_MONTHS

ALWAYS = ((Material.IDENTITY,), (Material.FORM,))

MATERIALS: dict[str, tuple[tuple[Material, ...], ...]] = {
    Category.RETIREE_RELOCATED: (*ALWAYS, (Material.HOUSEHOLD_REGISTER, Material.PROMISE)),
    Category.LONG_TERM_RESIDENT: (*ALWAYS, (Material.RESIDENCE_PROOF, Material.PROMISE)),
    Category.POSTED_WORKER: (
        *ALWAYS,
        (Material.POSTING_LETTER, Material.EMPLOYER_PROOF, Material.WORK_CONTRACT, Material.PROMISE),
    ),
    Category.REFERRAL: (*ALWAYS, (Material.REFERRAL_PROOF,)),
    Category.EMERGENCY: (),
    Category.OTHER_TEMPORARY: ALWAYS,
}


@dataclass(frozen=True)
class Reach:
    """Where and when a filing holds: a city, a municipality or a whole pooled province, and its days, inclusive."""

    destination: str
    valid_from: date
    valid_until: date | None


def missing_materials(category: str, given: Collection[str]) -> list[tuple[Material, ...]]:
    """The materials still wanting (article 8), each as its alternatives; empty where the file is complete."""
    return [alternatives for alternatives in MATERIALS[category] if not set(alternatives) & set(given)]


def on_promise(category: str, given: Collection[str]) -> bool:
    """Whether the proof of a long-term filing is a promise only (承诺制)."""
    proofs = {proof for alternatives in MATERIALS[category][2:] for proof in alternatives} - {Material.PROMISE}
    return category in LONG_TERM and Material.PROMISE in given and not proofs & set(given)


def default_end(category: str, valid_from: date) -> date | None:
    """The last day of validity: none for a long-term filing, else the term of article 10."""
    if category in LONG_TERM:
        return None
    return months_after(valid_from, TEMPORARY_MONTHS.on(valid_from)).due_on


def reaches(destination: str, place: str) -> bool:
    """Whether a filing to the destination holds at the place: the same city, or any place of a pooled province."""
    return place == destination or (destination.endswith("0000") and place[:2] == destination[:2])


def overlap(one: Reach, other: Reach) -> bool:
    """Whether two filings would hold at the same place on the same day."""
    same_place = reaches(one.destination, other.destination) or reaches(other.destination, one.destination)
    starts_in_time = other.valid_until is None or one.valid_from <= other.valid_until
    ends_late_enough = one.valid_until is None or one.valid_until >= other.valid_from
    return same_place and starts_in_time and ends_late_enough


def covers(filings: Iterable[Reach], place: str, on: date) -> Reach | None:
    """The filing that covers a visit beginning on the day at the place (article 12), the narrowest first.

    The day is that of admission, for outpatients of the visit; what happens to the filing later in the stay does not
    matter.
    """
    holding = [
        filing
        for filing in filings
        if reaches(filing.destination, place)
        and filing.valid_from <= on
        and (filing.valid_until is None or on <= filing.valid_until)
    ]
    return min(holding, key=lambda filing: (filing.destination.endswith("0000"), filing.valid_from), default=None)
