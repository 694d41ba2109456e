"""When a condition holds: words, lists, comparisons, and facts that are not known."""

from typing import Any

import pytest

from tests.settlement.desk import paid, policy, visit


def holds(when: str, kind: str = "inpatient", person: dict[str, Any] | None = None, **facts: Any) -> bool:
    text = f"""
    - fund: pool
      slices: {{rows: [{{when: {when}, slices: [[null, '1']]}}, {{slices: [[null, '0']]}}]}}
    """
    known = {"kind": kind, "place": None, "level": None, "filing": None, **facts}
    return paid(policy(text, kind=kind), visit("100.00", **known), **{"person": None, **(person or {})}) == ["100.00"]


def test_no_condition_always_holds() -> None:
    assert holds("{}")


def test_all_conditions_must_hold() -> None:
    both = "{level: tertiary, filing: referral}"
    assert holds(both, level="tertiary", filing="referral")
    assert not holds(both, level="tertiary", filing="none")
    assert not holds(both, level="tertiary")


def test_any_of_a_list_will_do() -> None:
    assert holds("{level: [primary, tertiary]}", level="tertiary")
    assert not holds("{level: [primary, secondary]}", level="tertiary")


@pytest.mark.parametrize(
    ("condition", "months", "expected"),
    [
        ("'>=3'", 3, True),
        ("'>=3'", 2, False),
        ("'<=3'", 3, True),
        ("'<=3'", 4, False),
        ("'>3'", 3, False),
        ("'>3'", 4, True),
        ("'<70'", 69, True),
        ("'<70'", 70, False),
        ("3", 3, True),
        ("'3'", 3, True),
        ("'3'", 30, False),
        ("[1, '3']", 3, True),
        ("[0, '>=300']", 301, True),
    ],
)
def test_numbers_are_compared_as_numbers(condition: str, months: int, expected: bool) -> None:
    assert holds(f"{{insured_months: {condition}}}", person={"insured_months": months}) is expected
    assert holds(f"{{insured_months: {condition}}}", person={"insured_months": str(months)}) is expected


@pytest.mark.parametrize("written", ["true", "'true'", "[true]", "['true', false]"])
def test_true_and_the_word_true_are_equal(written: str) -> None:
    assert holds(f"{{transfer: {written}}}", transfer=True)
    assert holds(f"{{transfer: {written}}}", transfer="true")


def test_one_and_the_word_one_are_equal_for_words_too() -> None:
    assert holds("{disease: 1}", disease="1")
    assert holds("{tags: [1]}", person={"tags": ["1"]})


@pytest.mark.parametrize(
    "when",
    [
        "{person: [active, retired, resident, minor, student, senior]}",
        "{level: [primary, secondary, tertiary]}",
        "{filing: none}",
        "{place: [local, off_site]}",
        "{aid: none}",
        "{age: '>=0'}",
        "{disease: M001}",
        "{insured_months: '>=0'}",
        "{transfer: [true, false]}",
        "{tags: poor}",
    ],
)
def test_a_fact_not_given_matches_nothing(when: str) -> None:
    assert not holds(when)


def test_any_of_the_persons_tags_will_do() -> None:
    assert holds("{tags: [poor, family_doctor]}", person={"tags": ["new", "family_doctor"]})
    assert not holds("{tags: poor}", person={"tags": ["new"]})
    assert not holds("{tags: poor}", person={"tags": []})


def test_only_stays_have_an_admission() -> None:
    assert holds("{admission: 1}")
    assert not holds("{admission: '>=0'}", kind="outpatient")


@pytest.mark.parametrize(
    ("born_on", "on", "age"),
    [
        ("1955-03-01", "2023-02-28", 67),
        ("1955-03-01", "2023-03-01", 68),
        ("2004-02-29", "2023-02-28", 18),
        ("2004-02-29", "2023-03-01", 19),
        ("2004-02-29", "2024-02-29", 20),
    ],
)
def test_age_is_whole_years_on_the_settlement_day(born_on: str, on: str, age: int) -> None:
    assert holds(f"{{age: {age}}}", person={"born_on": born_on}, on=on)
