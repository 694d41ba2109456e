"""What a later layer is computed on: what is left, components of the first layer, the whole year."""

import pytest

from tests.settlement.desk import funds, paid, policy, settled, visit

FIRST = """
- fund: pool
  deductible: {per: visit, rows: [{amount: '100'}]}
  cost_limit: {per: visit, rows: [{amount: '900'}]}
  slices: {rows: [{slices: [[null, '0.50']]}]}
  caps: [{per: visit, rows: [{amount: '300'}]}]
"""
# 1500 in scope: 100 deductible, 900 enter, 500 beyond the limit; 450 wanted, 300 paid: 600 consumed, 300 over the cap,
# copay 1500 - 100 - 500 - 300 - 300 = 300
BILL = {"out_of_scope": "40.00", "over_limit": "20.00", "first_self_pay": "10.00"}


def second(base: str) -> str:
    return f"{FIRST}\n- fund: critical\n  slices: {{rows: [{{slices: [[null, '1']]}}]}}\n  {base}\n"


@pytest.mark.parametrize(
    ("base", "amount"),
    [
        ("", "1200.00"),  # by default what is left
        ("base: in_scope", "1270.00"),  # 1500, bounded by total less the first payment
        ("base: {only: [deductible]}", "100.00"),
        ("base: {only: [beyond_limit]}", "500.00"),
        ("base: {only: [over_cap]}", "300.00"),
        ("base: {only: [copay]}", "300.00"),
        ("base: {only: [copay, deductible]}", "400.00"),
        ("base: {only: []}", "0.00"),
        ("base: {remaining: {}}", "1200.00"),
        ("base: {remaining: {with: [first_self_pay]}}", "1210.00"),
        ("base: {remaining: {with: [first_self_pay, over_limit, out_of_scope]}}", "1270.00"),
        ("base: {remaining: {without: [deductible]}}", "1100.00"),
        ("base: {remaining: {with: [over_limit], without: [deductible, over_cap]}}", "820.00"),
        ("base: {remaining: {without: [deductible, beyond_limit, over_cap, copay]}}", "0.00"),
    ],
)
def test_a_later_layer_is_computed_on_its_base(base: str, amount: str) -> None:
    benefit = settled(policy(second(base)), visit("1570.00", **BILL))[0]
    assert funds(benefit) == {"pool": "300.00", "critical": amount}


def test_a_first_layer_that_does_not_apply_yields_no_components() -> None:
    layers = second("base: {only: [deductible, copay]}").replace(
        "- fund: pool", "- fund: pool\n  applies: {place: local}"
    )
    assert funds(settled(policy(layers), visit("1570.00"))[0]) == {"pool": "0.00", "critical": "0.00"}


def test_components_are_those_of_the_first_layer_written() -> None:
    third = "\n- {fund: aid, base: {only: [copay]}, slices: {rows: [{slices: [[null, '1']]}]}}\n"
    layers = second("base: {only: [deductible]}") + third
    assert funds(settled(policy(layers), visit("1500.00"))[0])["aid"] == "300.00"


YEARLY = """
- fund: pool
  slices: {rows: [{slices: [[null, '0.50']]}]}
- fund: critical
  over: year
  deductible: {per: year, rows: [{when: {aid: dibao}, amount: '500'}, {amount: '1000'}]}
  slices: {rows: [{slices: [['1000', '0.60'], [null, '0.80']]}]}
"""


def critical(layers: str, *visits: dict[str, object], **person: object) -> list[str]:
    return [funds(benefit)["critical"] for benefit in settled(policy(layers), *visits, **person)]


def test_over_the_year_the_base_adds_up_and_what_was_paid_is_subtracted() -> None:
    visits = [visit("1600.00"), visit("1600.00"), visit("2400.00")]
    # 800 <= 1000; 1600: 600*0.6; 2800: 1000*0.6 + 800*0.8 - 360
    assert critical(YEARLY, *visits) == ["0.00", "360.00", "880.00"]


def test_a_new_year_starts_over() -> None:
    assert critical(YEARLY, visit("2400.00", on="2023-12-31"), visit("2400.00", on="2024-01-01")) == [
        "120.00",
        "120.00",
    ]


def test_over_the_year_the_rows_of_this_visit_apply_to_the_whole() -> None:
    layers = YEARLY.replace("aid: dibao", "level: primary")
    # 800, then 1600 less 500: 1000*0.6 + 100*0.8
    assert critical(layers, visit("1600.00"), visit("1600.00", level="primary")) == ["0.00", "680.00"]


def test_over_the_year_a_payment_is_never_negative() -> None:
    layers = YEARLY.replace("aid: dibao", "level: primary")
    assert critical(layers, visit("2400.00", level="primary"), visit("100.00")) == ["420.00", "0.00"]


def test_over_the_year_the_cost_limit_is_compared_with_the_years_cost() -> None:
    layers = YEARLY + "  cost_limit: {per: year, rows: [{amount: '1000'}]}\n"
    assert critical(layers, visit("3000.00"), visit("3000.00")) == ["300.00", "300.00"]  # 500, then 1000 at 0.6


def test_the_same_name_in_another_benefit_shares_what_is_kept() -> None:
    text = """
    - fund: pool
      name: common
      deductible: {per: year, rows: [{amount: '100'}]}
      slices: {rows: [{slices: [[null, '1']]}]}
    """
    head = "account: {pays_for: []}\n"
    one = policy(text, head=head)
    both = type(one)(
        **{name: getattr(one, name) for name in one.__slots__ if name != "benefits"},
        benefits={"inpatient": one.benefits["inpatient"], "outpatient": one.benefits["inpatient"]},
    )
    assert paid(both, visit("80.00"), visit("80.00", kind="outpatient")) == ["0.00", "60.00"]


def test_default_names_tell_the_layers_of_one_fund_apart() -> None:
    layers = "- {fund: pool, slices: {rows: []}}\n- {fund: aid, slices: {rows: []}}\n- {fund: pool, slices: {rows: []}}"
    assert [layer.name for layer in policy(layers).benefits["inpatient"]] == [
        "inpatient.pool",
        "inpatient.aid",
        "inpatient.pool.2",
    ]
