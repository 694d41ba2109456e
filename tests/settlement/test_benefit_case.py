"""The visits of one case in order: policy in force, balance carried, stays counted, reversals taken back."""

from datetime import date
from decimal import Decimal

import pytest

from settlement.rules import Kept, KeptKey, NoPolicy, NotCovered, OverlappingPolicies, RunningKept
from tests.settlement.desk import funds, paid, policy, settled, visit

HALF = "- {fund: pool, slices: {rows: [{slices: [[null, '0.50']]}]}}"
THREE_QUARTERS = HALF.replace("0.50", "0.75")
ACCOUNT = "account: {pays_for: [inpatient]}\n"
BY_ADMISSION = """
- fund: pool
  slices:
    rows:
      - {when: {admission: '>=3'}, slices: [[null, '1']]}
      - {when: {admission: 2}, slices: [[null, '0.5']]}
      - {slices: [[null, '0']]}
"""


def lasting(layers: str, valid_from: str, valid_until: str = "null") -> object:
    one = policy(layers, head=f"valid_until: {valid_until}\n")
    first = date.fromisoformat(valid_from)
    return type(one)(**{name: getattr(one, name) for name in one.__slots__ if name != "valid_from"}, valid_from=first)


def test_both_ends_of_a_policys_period_count() -> None:
    both = [lasting(HALF, "2023-01-01", "2023-06-30"), lasting(THREE_QUARTERS, "2023-07-01", "2023-12-31")]
    days = ("2023-01-01", "2023-06-30", "2023-07-01", "2023-12-31")
    assert paid(both, *(visit("100.00", on=day) for day in days)) == ["50.00", "50.00", "75.00", "75.00"]


@pytest.mark.parametrize("day", ["2022-12-31", "2024-01-01"])
def test_outside_every_period_there_is_no_policy(day: str) -> None:
    with pytest.raises(NoPolicy, match="411600"):
        paid(lasting(HALF, "2023-01-01", "2023-12-31"), visit("100.00", on=day))


def test_a_policy_of_another_area_or_insurance_is_none() -> None:
    with pytest.raises(NoPolicy):
        paid(policy(HALF), visit("100.00"), area="360100")
    with pytest.raises(NoPolicy):
        paid(policy(HALF), visit("100.00"), insurance="resident")


def test_two_policies_on_one_day_are_refused_and_only_on_that_day() -> None:
    both = [lasting(HALF, "2023-01-01", "2023-07-01"), lasting(THREE_QUARTERS, "2023-07-01")]
    with pytest.raises(OverlappingPolicies):
        paid(both, visit("100.00", on="2023-07-01"))
    assert paid(both, visit("100.00", on="2023-07-02")) == ["75.00"]


def test_a_kind_without_a_benefit_is_not_covered() -> None:
    with pytest.raises(NotCovered, match="普通门诊"):
        paid(policy(HALF), visit("100.00", kind="outpatient"))


def test_a_benefit_without_layers_leaves_all_to_the_person() -> None:
    one = policy("[]", kind="pharmacy", head="account: {pays_for: [pharmacy]}\n")
    benefit = settled(one, visit("88.80", kind="pharmacy"), account_balance="50.00")[0]
    assert (funds(benefit), str(benefit.account), str(benefit.cash)) == ({}, "50.00", "38.80")


def test_what_is_kept_goes_on_under_a_later_file() -> None:
    capped = "caps: [{per: year, rows: [{amount: '80'}]}]"
    both = [
        lasting(HALF.replace("}]}}", f"}}]}}, {capped}}}"), "2023-01-01", "2023-06-30"),
        lasting(THREE_QUARTERS.replace("}]}}", f"}}]}}, {capped}}}"), "2023-07-01"),
    ]
    assert paid(both, visit("100.00", on="2023-06-30"), visit("100.00", on="2023-07-01")) == ["50.00", "30.00"]


def test_the_balance_is_carried_from_visit_to_visit() -> None:
    benefits = settled(policy(HALF, head=ACCOUNT), *[visit("100.00")] * 3, account_balance="80.00")
    assert [(str(one.account), str(one.cash)) for one in benefits] == [
        ("50.00", "0.00"),
        ("30.00", "20.00"),
        ("0.00", "50.00"),
    ]


def test_the_account_pays_charges_out_of_scope_too() -> None:
    one = policy(HALF, head=ACCOUNT)
    assert str(settled(one, visit("100.00", out_of_scope="60.00"), account_balance="500")[0].account) == "80.00"


def test_the_account_stays_out_where_the_visit_says_so_or_the_policy_does_not_list_the_kind() -> None:
    assert (
        str(settled(policy(HALF, head=ACCOUNT), visit("9.00", use_account=False), account_balance="9")[0].cash)
        == "4.50"
    )
    assert str(settled(policy(HALF), visit("9.00"), account_balance="9")[0].cash) == "4.50"


def test_the_extra_first_self_pay_is_for_visits_off_site_and_the_first_row_counts() -> None:
    head = "off_site_first_self_pay: [{when: {filing: other_temporary}, ratio: '0.10'}, {ratio: '0.05'}]\n"
    one = policy(HALF, head=head)
    visits = [
        visit("100.00", filing="other_temporary", first_self_pay="10.00"),
        visit("100.00", filing="none"),
        visit("100.00", place="local"),
    ]
    found = [(str(b.in_scope), str(b.first_self_pay), str(b.fund_total)) for b in settled(one, *visits)]
    assert found == [("81.00", "19.00", "40.50"), ("95.00", "5.00", "47.50"), ("100.00", "0.00", "50.00")]


def test_admissions_count_from_one_in_the_order_of_the_case() -> None:
    visits = [visit("100.00", on=day) for day in ("2023-05-01", "2023-03-01", "2024-01-01", "2023-04-01")]
    assert paid(policy(BY_ADMISSION), *visits) == ["0.00", "50.00", "0.00", "100.00"]


def test_a_reversal_takes_back_what_was_kept_the_admission_and_the_account() -> None:
    one = policy(BY_ADMISSION, head=ACCOUNT)
    visits = [visit("100.00"), visit("100.00"), {"reverse": "V1", "id": "R1"}, visit("100.00"), visit("100.00")]
    benefits = settled(one, *visits, account_balance="120.00")
    assert [str(b.fund_total) for b in benefits] == ["0.00", "50.00", "0.00", "50.00", "100.00"]
    assert [str(b.account) for b in benefits] == ["100.00", "20.00", "-100.00", "50.00", "0.00"]


def test_a_reversal_gives_back_the_cap_and_the_deductible() -> None:
    text = """
    - fund: pool
      deductible: {per: year, rows: [{amount: '100'}]}
      slices: {rows: [{slices: [[null, '1']]}]}
      caps: [{per: year, rows: [{amount: '150'}]}]
    """
    visits = [visit("200.00"), visit("200.00"), {"reverse": "V1", "id": "R"}, visit("200.00")]
    assert paid(policy(text), *visits) == ["100.00", "50.00", "-100.00", "100.00"]


def test_a_visit_and_its_reversal_leave_nothing_kept() -> None:
    first, _, reversal = settled(policy(BY_ADMISSION), visit("100.00"), visit("50.00"), {"reverse": "V1", "id": "R"})
    kept = RunningKept()
    kept.add(first.kept)
    assert any(kept.values())
    kept.add(reversal.kept)
    assert not any(kept.values())


def test_what_is_kept_by_day_answers_for_month_and_year() -> None:
    kept = Kept(
        {
            KeptKey("x", "deductible", "2023-07-03|H1"): Decimal("50.00"),
            KeptKey("x", "deductible", "2023-07-09|H1"): Decimal("20.00"),
            KeptKey("x", "deductible", "2023"): Decimal("7.00"),  # used outside the portal
        }
    )
    asked = ("2023-07-03|H1", "2023-07-03", "2023-07", "2023", "2024")
    amounts = [str(kept[KeptKey("x", "deductible", bucket)]) for bucket in asked]
    assert amounts == ["50.00", "50.00", "70.00", "77.00", "0.00"]
