"""Materials, validity and reach of a filing: article by article, on both sides of each boundary."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filings.enums import LONG_TERM, Category, Material
from filings.rules import ALWAYS, MATERIALS, Reach, covers, default_end, missing_materials, on_promise, overlap, reaches

BOTH = {Material.IDENTITY, Material.FORM}
ALTERNATIVES = [
    (Category.RETIREE_RELOCATED, {Material.HOUSEHOLD_REGISTER}),
    (Category.RETIREE_RELOCATED, {Material.PROMISE}),
    (Category.LONG_TERM_RESIDENT, {Material.RESIDENCE_PROOF}),
    (Category.LONG_TERM_RESIDENT, {Material.PROMISE}),
    (Category.POSTED_WORKER, {Material.POSTING_LETTER}),
    (Category.POSTED_WORKER, {Material.EMPLOYER_PROOF}),
    (Category.POSTED_WORKER, {Material.WORK_CONTRACT}),
    (Category.POSTED_WORKER, {Material.PROMISE}),
    (Category.REFERRAL, {Material.REFERRAL_PROOF}),
    (Category.OTHER_TEMPORARY, set()),
]

days = st.dates(date(2023, 1, 1), date(2030, 12, 31))
places = st.sampled_from(["110000", "320100", "320500", "460000", "460100", "410100", "540000"])


@st.composite
def filed(draw: st.DrawFn) -> Reach:
    """A filing somewhere, for some days or for good."""
    start = draw(days)
    end = draw(st.none() | st.integers(0, 800).map(lambda n: start + timedelta(days=n)))
    return Reach(draw(places), start, end)


# Materials (article 8)


@pytest.mark.parametrize(("category", "proof"), ALTERNATIVES)
def test_any_one_of_the_alternatives_is_enough(category: str, proof: set[str]) -> None:
    assert missing_materials(category, BOTH | proof) == []


@pytest.mark.parametrize(("category", "proof"), [entry for entry in ALTERNATIVES if entry[1]])
def test_without_any_of_the_alternatives_all_of_them_are_named(category: str, proof: set[str]) -> None:
    [wanting] = missing_materials(category, BOTH)
    assert proof < {*wanting, "nothing"}
    assert wanting == MATERIALS[category][2]


@pytest.mark.parametrize("category", [category for category in Category if category != Category.EMERGENCY])
def test_nobody_is_filed_without_identity_and_form(category: str) -> None:
    proofs = set(Material) - BOTH
    assert missing_materials(category, proofs) == [(Material.IDENTITY,), (Material.FORM,)] == list(ALWAYS)


def test_an_emergency_needs_no_paper() -> None:
    assert missing_materials(Category.EMERGENCY, set()) == []


def test_a_referral_cannot_be_promised() -> None:
    assert missing_materials(Category.REFERRAL, BOTH | {Material.PROMISE}) == [(Material.REFERRAL_PROOF,)]


@given(st.sampled_from(Category), st.sets(st.sampled_from(Material)), st.sampled_from(Material))
def test_a_further_paper_never_makes_a_file_less_complete(category: str, given_: set[str], further: str) -> None:
    assert set(missing_materials(category, given_ | {further})) <= set(missing_materials(category, given_))


@pytest.mark.parametrize("category", sorted(LONG_TERM))
def test_a_promise_alone_is_marked_and_beside_a_proof_is_not(category: str) -> None:
    proof = next(choice for choice in MATERIALS[category][2] if choice != Material.PROMISE)
    assert on_promise(category, BOTH | {Material.PROMISE})
    assert not on_promise(category, BOTH | {Material.PROMISE, proof})
    assert not on_promise(category, BOTH | {proof})
    assert not on_promise(category, BOTH)


def test_only_long_term_filings_are_on_promise() -> None:
    assert not on_promise(Category.OTHER_TEMPORARY, BOTH | {Material.PROMISE})


# Validity (article 10)


@pytest.mark.parametrize("category", sorted(LONG_TERM))
def test_a_long_term_filing_has_no_last_day(category: str) -> None:
    assert default_end(category, date(2026, 8, 20)) is None


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2026, 8, 20), date(2027, 2, 19)),
        (date(2026, 8, 31), date(2027, 2, 28)),  # clamped to February
        (date(2027, 8, 31), date(2028, 2, 29)),  # a leap year
        (date(2026, 9, 1), date(2027, 2, 28)),
    ],
)
def test_a_temporary_filing_is_good_for_six_months(start: date, last: date) -> None:
    assert default_end(Category.REFERRAL, start) == default_end(Category.OTHER_TEMPORARY, start) == last


# Where it holds (article 11)


@pytest.mark.parametrize(
    ("destination", "place", "holds"),
    [
        ("320100", "320100", True),
        ("320100", "320500", False),  # another city of the same province
        ("110000", "110000", True),
        ("460000", "460100", True),  # Hainan is one pool: its cities are reached
        ("460100", "460000", False),
        ("460000", "450100", False),
    ],
)
def test_a_filing_reaches_its_city_or_any_place_of_a_pooled_province(destination: str, place: str, holds: bool) -> None:
    assert reaches(destination, place) is holds


# Overlap


@given(filed(), filed())
def test_overlap_does_not_depend_on_the_order(one: Reach, other: Reach) -> None:
    assert overlap(one, other) is overlap(other, one)


@given(filed())
def test_a_filing_overlaps_itself(one: Reach) -> None:
    assert overlap(one, one)


@given(filed(), filed(), places, days)
def test_two_filings_that_cover_the_same_visit_overlap(one: Reach, other: Reach, place: str, on: date) -> None:
    if covers([one], place, on) and covers([other], place, on):
        assert overlap(one, other)


def test_the_day_after_the_last_day_does_not_overlap_and_the_last_day_does() -> None:
    first = Reach("110000", date(2026, 1, 1), date(2026, 6, 30))
    assert overlap(first, Reach("110000", date(2026, 6, 30), None))
    assert not overlap(first, Reach("110000", date(2026, 7, 1), None))
    assert not overlap(first, Reach("120000", date(2026, 6, 30), None))


# Cover (article 12)

REFERRED = Reach("320100", date(2026, 8, 20), date(2027, 2, 19))


@pytest.mark.parametrize(
    ("on", "covered"),
    [
        (date(2026, 8, 19), False),
        (date(2026, 8, 20), True),
        (date(2027, 2, 19), True),
        (date(2027, 2, 20), False),
    ],
)
def test_first_and_last_day_of_validity_count(on: date, covered: bool) -> None:
    assert (covers([REFERRED], "320100", on) == REFERRED) is covered


def test_the_wrong_city_is_not_covered() -> None:
    assert covers([REFERRED], "320500", date(2026, 9, 1)) is None


def test_any_city_of_a_pooled_province_is_covered() -> None:
    hainan = Reach("460000", date(2026, 1, 1), None)
    assert covers([hainan], "460200", date(2026, 9, 1)) == hainan


def test_a_filing_for_good_covers_any_later_day() -> None:
    for_good = Reach("110000", date(2026, 1, 1), None)
    assert covers([for_good], "110000", date(2099, 12, 31)) == for_good


def test_the_filing_for_the_city_goes_before_the_one_for_its_province() -> None:
    province, city = Reach("460000", date(2026, 1, 1), None), Reach("460100", date(2026, 5, 1), None)
    assert covers([province, city], "460100", date(2026, 9, 1)) == city
    assert covers([city, province], "460100", date(2026, 9, 1)) == city
    assert covers([city, province], "460100", date(2026, 4, 30)) == province


@given(st.lists(filed(), max_size=6), places, days)
def test_the_order_of_the_filings_does_not_matter(held: list[Reach], place: str, on: date) -> None:
    chosen, other = covers(held, place, on), covers(held[::-1], place, on)
    assert (chosen is None) is (other is None)
    if chosen and other:
        assert (chosen.destination, chosen.valid_from) == (other.destination, other.valid_from)
        assert reaches(chosen.destination, place)


def test_without_filings_nothing_is_covered() -> None:
    assert covers([], "110000", date(2026, 9, 1)) is None
