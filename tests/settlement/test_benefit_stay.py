"""Stays over New Year (article 41): settled whole by the settlement day, or by days, one visit per year."""

from datetime import date

import pytest

from settlement.rules.stay import split_by_nights, years_of_stay
from tests.settlement.desk import funds, paid, policy, settled, visit

BY_DAYS = "cross_year: by_days\n"
CAPPED = """
- fund: pool
  deductible: {per: visit, rows: [{amount: '800'}]}
  slices: {rows: [{slices: [[null, '0.80']]}]}
  caps: [{per: year, rows: [{amount: '1000'}]}]
"""


def stay(total: str, admitted_on: str, on: str, **facts: object) -> dict[str, object]:
    return visit(total, on=on, admitted_on=admitted_on, **facts)


@pytest.mark.parametrize(
    ("admitted_on", "settled_on", "years"),
    [
        (date(2023, 12, 30), date(2024, 1, 2), [(date(2023, 12, 31), 2), (date(2024, 1, 2), 1)]),
        (date(2023, 12, 31), date(2024, 1, 1), [(date(2023, 12, 31), 1)]),
        (
            date(2023, 12, 31),
            date(2025, 1, 2),
            [(date(2023, 12, 31), 1), (date(2024, 12, 31), 366), (date(2025, 1, 2), 1)],
        ),
    ],
)
def test_a_night_belongs_to_the_year_in_which_it_begins(
    admitted_on: date, settled_on: date, years: list[tuple[date, int]]
) -> None:
    assert years_of_stay(admitted_on, settled_on) == years


def test_each_charge_is_split_by_running_totals() -> None:
    assert split_by_nights((100, 1, 0, 7), [1, 1, 1]) == [(33, 0, 0, 2), (34, 1, 0, 3), (33, 0, 0, 2)]


def test_the_whole_stay_counts_on_the_settlement_day_unless_the_policy_says_by_days() -> None:
    assert paid(policy(CAPPED), stay("4800.00", "2023-12-27", "2024-01-02")) == ["1000.00"]


def test_by_days_each_year_has_its_own_cap_and_the_deductible_is_charged_once() -> None:
    benefit = settled(policy(CAPPED, head=BY_DAYS), stay("4800.00", "2023-12-27", "2024-01-02"))[0]
    # 6 nights, 5 of them in 2023: 4000 - 800 = 3200, 2560 capped at 1000; 800 in 2024, no deductible: 640
    assert funds(benefit) == {"pool": "1640.00"}
    assert str(benefit.deductible) == "800.00"
    by_year = {key.bucket: str(amount) for key, amount in benefit.kept.items() if key.measure == "paid"}
    assert by_year == {"2023": "1000.00", "2024": "640.00"}


def test_by_days_a_later_part_bears_what_the_earlier_ones_left_unborne() -> None:
    benefit = settled(policy(CAPPED, head=BY_DAYS), stay("1200.00", "2023-12-31", "2024-01-03"))[0]
    # 400 in 2023 is all deductible; 800 in 2024 bears the other 400
    assert funds(benefit) == {"pool": "320.00"}
    assert str(benefit.deductible) == "800.00"


def test_by_days_a_share_is_taken_of_each_part() -> None:
    text = CAPPED.replace("{amount: '800'}", "{share: '0.10', min: '100'}")
    benefit = settled(policy(text, head=BY_DAYS), stay("900.00", "2023-12-31", "2024-01-03"))[0]
    assert str(benefit.deductible) == "200.00"  # at least 100 of 300, at least 100 of 600


def test_by_days_the_off_site_first_self_pay_is_rounded_in_each_part() -> None:
    head = BY_DAYS + "off_site_first_self_pay: [{ratio: '0.5'}]\n"
    text = "- {fund: pool, slices: {rows: [{slices: [[null, '1']]}]}}"
    benefit = settled(policy(text, head=head), stay("0.02", "2023-12-31", "2024-01-02"))[0]
    assert str(benefit.first_self_pay) == "0.02"  # half a fen up, twice


def test_by_days_the_stay_is_one_admission_of_the_settlement_days_year() -> None:
    text = """
    - fund: pool
      slices: {rows: [{when: {admission: 1}, slices: [[null, '0.8']]}, {slices: [[null, '0.5']]}]}
    """
    visits = [
        stay("100.00", "2023-12-27", "2024-01-02"),
        stay("100.00", "2023-12-28", "2023-12-29"),
        stay("100.00", "2024-03-01", "2024-03-02"),
    ]
    assert paid(policy(text, head=BY_DAYS), *visits) == ["80.00", "80.00", "50.00"]


def test_by_days_policy_and_age_are_those_of_the_settlement_day() -> None:
    text = """
    - fund: pool
      slices: {rows: [{when: {age: '>=60'}, slices: [[null, '0.9']]}, {slices: [[null, '0.5']]}]}
    """
    new = policy(text, head=BY_DAYS).__class__
    one = policy(text, head=BY_DAYS)
    only_new = new(
        **{name: getattr(one, name) for name in one.__slots__ if name != "valid_from"}, valid_from=date(2024, 1, 1)
    )
    assert paid(only_new, stay("100.00", "2023-12-27", "2024-01-02"), born_on="1964-01-02") == ["90.00"]


def test_a_stay_settled_on_new_years_day_lies_in_the_old_year() -> None:
    benefit = settled(policy(CAPPED, head=BY_DAYS), stay("1000.00", "2023-12-27", "2024-01-01"))[0]
    assert {key.bucket[:4] for key in benefit.kept if key.measure != "admissions"} == {"2023"}


def test_without_an_admission_day_the_stay_began_on_the_settlement_day() -> None:
    benefit = settled(policy(CAPPED, head=BY_DAYS), visit("1000.00", on="2024-01-01"))[0]
    assert {key.bucket[:4] for key in benefit.kept} == {"2024"}


def test_only_stays_are_split() -> None:
    one = policy(CAPPED, kind="outpatient", head=BY_DAYS)
    benefit = settled(one, stay("1000.00", "2023-12-27", "2024-01-02", kind="outpatient"))[0]
    assert {key.bucket[:4] for key in benefit.kept} == {"2024"}
