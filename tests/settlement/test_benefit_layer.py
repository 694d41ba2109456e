"""How a layer pays, rule by rule, on sums small enough to do in one's head."""

import pytest

from settlement.rules import NotCovered
from tests.settlement.desk import components, funds, paid, policy, settled, visit

FLAT = "slices: {rows: [{slices: [[null, '0.80']]}]}"


def layer(*rules: str, fund: str = "pool", slices: str = FLAT) -> str:
    return "\n".join([f"- fund: {fund}", f"  {slices}", *(f"  {rule}" for rule in rules)])


def test_without_a_deductible_all_cost_enters_the_ratio() -> None:
    assert paid(policy(layer()), visit("1000.00")) == ["800.00"]


def test_a_deductible_by_visit_is_borne_every_time() -> None:
    one = policy(layer("deductible: {per: visit, rows: [{amount: '500'}]}"))
    assert paid(one, visit("1000.00"), visit("1000.00")) == ["400.00", "400.00"]


def test_a_deductible_by_institution_day_is_borne_once_there_and_anew_elsewhere() -> None:
    one = policy(layer("deductible: {per: institution_day, rows: [{amount: '100'}]}"))
    visits = [visit("60.00"), visit("140.00"), visit("100.00", institution="H2"), visit("200.00", on="2023-03-02")]
    # 60 borne; 40 left, (140-40)*0.8; anew elsewhere; anew the next day
    assert paid(one, *visits) == ["0.00", "80.00", "0.00", "80.00"]


def test_a_deductible_by_month_starts_anew_on_the_first() -> None:
    one = policy(layer("deductible: {per: month, rows: [{amount: '100'}]}"))
    visits = [visit("100.00", on="2023-03-31"), visit("100.00", on="2023-03-31"), visit("100.00", on="2023-04-01")]
    assert paid(one, *visits) == ["0.00", "80.00", "0.00"]


def test_a_deductible_by_year_starts_anew_on_new_years_day() -> None:
    one = policy(layer("deductible: {per: year, rows: [{amount: '150'}]}"))
    visits = [visit("100.00", on="2023-01-01"), visit("100.00", on="2023-12-31"), visit("100.00", on="2024-01-01")]
    assert paid(one, *visits) == ["0.00", "40.00", "0.00"]


def test_deductibles_of_a_year_never_exceed_the_year_limit() -> None:
    one = policy(layer("deductible: {per: visit, year_limit: '700', rows: [{amount: '500'}]}"))
    assert paid(one, visit("1000.00"), visit("1000.00"), visit("1000.00")) == ["400.00", "640.00", "800.00"]


@pytest.mark.parametrize(
    ("total", "deductible"),
    [
        ("1000.00", "200.00"),  # 20 % is 200
        ("500.00", "150.00"),  # 100, but at least 150
        ("100.00", "100.00"),  # at least 150, but no more than there is
        ("9000.00", "600.00"),  # 1800, but at most 600
        ("1000.03", "200.01"),  # 200.006
        ("900.12", "180.02"),  # 180.024
    ],
)
def test_a_deductible_may_be_a_share_of_the_base(total: str, deductible: str) -> None:
    one = policy(layer("deductible: {per: visit, rows: [{share: '0.20', min: '150', max: '600'}]}"))
    assert str(settled(one, visit(total))[0].deductible) == deductible


def test_the_first_matching_row_counts() -> None:
    rows = "[{when: {level: tertiary}, amount: '300'}, {when: {level: [tertiary, primary]}, amount: '100'}]"
    one = policy(layer(f"deductible: {{per: visit, rows: {rows}}}"))
    assert paid(one, visit("400.00"), visit("400.00", level="primary")) == ["80.00", "240.00"]


def test_a_deductible_without_a_matching_row_is_not_covered() -> None:
    one = policy(layer("deductible: {per: visit, rows: [{when: {level: primary}, amount: '300'}]}"))
    with pytest.raises(NotCovered, match=r"411600.*inpatient\.pool.*起付线.*level=tertiary"):
        paid(one, visit("400.00"))


def test_slices_without_a_matching_row_are_not_covered() -> None:
    one = policy(layer(slices="slices: {rows: [{when: {person: retired}, slices: [[null, '0.8']]}]}"))
    with pytest.raises(NotCovered, match=r"inpatient\.pool.*支付比例"):
        paid(one, visit("400.00"))


def test_a_layer_that_does_not_apply_pays_nothing_and_asks_for_no_row() -> None:
    one = policy(layer("applies: {place: local}", "deductible: {per: visit, rows: []}"))
    benefit = settled(one, visit("400.00"))[0]
    assert funds(benefit) == {"pool": "0.00"}
    assert benefit.kept == {next(iter(benefit.kept)): 1}, "only the stay is counted"


SLICED = "slices: {rows: [{slices: [['1000', '0.50'], ['3000', '0.60'], [null, '0.90']]}]"


@pytest.mark.parametrize(
    ("total", "fund"),
    [
        ("999.00", "499.50"),
        ("1000.00", "500.00"),
        ("1001.00", "500.60"),
        ("3000.00", "1700.00"),
        ("4000.00", "2600.00"),
    ],
)
def test_each_slice_of_cost_has_its_ratio(total: str, fund: str) -> None:
    assert paid(policy(layer(slices=SLICED + "}")), visit(total)) == [fund]


def test_positions_start_above_the_deductible() -> None:
    one = policy(layer("deductible: {per: visit, rows: [{amount: '400'}]}", slices=SLICED + "}"))
    assert paid(one, visit("1600.00")) == ["620.00"]  # 1200 from 0: 1000*0.5 + 200*0.6


def test_from_zero_the_deductible_sits_inside_the_lowest_slices() -> None:
    one = policy(layer("deductible: {per: visit, rows: [{amount: '400'}]}", slices=SLICED + ", from: zero}"))
    assert paid(one, visit("1600.00")) == ["660.00"]  # 400 to 1000 at 0.5, 1000 to 1600 at 0.6


def test_with_count_year_positions_continue_from_the_years_costs() -> None:
    one = policy(
        layer("deductible: {per: visit, rows: [{amount: '400'}]}", slices=SLICED + ", count: year}"),
    )
    visits = [visit("1200.00"), visit("800.00"), visit("800.00", on="2024-01-01")]
    # 0-800; 800-1200: 200*0.5 + 200*0.6; a new year: 0-400
    assert paid(one, *visits) == ["400.00", "220.00", "200.00"]


def test_with_count_year_from_zero_earlier_deductibles_take_up_positions_too() -> None:
    one = policy(
        layer("deductible: {per: visit, rows: [{amount: '400'}]}", slices=SLICED + ", count: year, from: zero}"),
    )
    # 400-1200: 600*0.5 + 200*0.6; then 1200+400 = 1600-2000 at 0.6
    assert paid(one, visit("1200.00"), visit("800.00")) == ["420.00", "240.00"]


@pytest.mark.parametrize(
    ("adjust", "fund"),
    [
        ("{factor: '0.9'}", "720.00"),
        ("{self_pay_factor: '0.8'}", "840.00"),  # 1 - 0.2*0.8
        ("{points: '-20'}", "600.00"),
        ("{points: '5'}", "850.00"),
        ("{points: '30'}", "1000.00"),  # bounded to 1
        ("{points: '-90'}", "0.00"),  # bounded to 0
        ("{points: '-20', floor: '0.65'}", "650.00"),
        ("{points: '10', ceiling: '0.85'}", "850.00"),
        ("{factor: '0.5', self_pay_factor: '0.5', points: '10'}", "800.00"),  # 0.4, 0.7, 0.8
        ("{points: '30'}, {points: '-20'}", "900.00"),  # 1.1 between the rows, bounded only after the last
        ("{points: '-20'}, {factor: '0.5'}", "300.00"),
        ("{when: {level: primary}, points: '-20'}, {factor: '0.5'}", "400.00"),
        ("{when: {filing: referral}, points: '-10'}, {when: {person: active}, points: '-10'}", "600.00"),
    ],
)
def test_every_matching_adjustment_applies_in_order(adjust: str, fund: str) -> None:
    assert paid(policy(layer(f"adjust: [{adjust}]")), visit("1000.00")) == [fund]


def test_a_long_chain_of_factors_is_exact() -> None:
    factors = ", ".join("{factor: '1.000000001'}, {factor: '0.999999999'}" for _ in range(4))
    one = policy(layer(f"adjust: [{factors}]", slices="slices: {rows: [{slices: [[null, '0.5']]}]}"))
    # (1 - 10**-18)**4 * 0.5 is just below one half, so 0.01 yuan yields just below half a fen
    assert paid(one, visit("0.01")) == ["0.00"]


def test_rounding_by_layer_rounds_once() -> None:
    slices = "slices: {rows: [{slices: [['0.01', '0.5'], ['0.02', '0.5'], [null, '0.5']]}]}"
    assert paid(policy(layer(slices=slices)), visit("0.03")) == ["0.02"]  # 0.015
    assert paid(policy(layer(slices=slices), head="rounding: slice\n"), visit("0.03")) == ["0.03"]


def test_a_cost_limit_by_visit_counts_cost_above_the_deductible() -> None:
    rules = ("deductible: {per: visit, rows: [{amount: '100'}]}", "cost_limit: {per: visit, rows: [{amount: '500'}]}")
    one = policy(layer(*rules))
    assert paid(one, visit("700.00")) == ["400.00"]
    assert components(one, visit("700.00"))["beyond_limit"] == "100.00"


def test_counting_all_the_deductible_uses_the_limit_up_too() -> None:
    rules = (
        "deductible: {per: visit, rows: [{amount: '100'}]}",
        "cost_limit: {per: month, counts: all, rows: [{amount: '500'}]}",
    )
    # 100 + 300 used; 100 left, all of it the deductible; a new month
    visits = [visit("400.00"), visit("400.00"), visit("400.00", on="2023-04-01")]
    assert paid(policy(layer(*rules)), *visits) == ["240.00", "0.00", "240.00"]


@pytest.mark.parametrize(("per", "next_on"), [("day", "2023-03-02"), ("month", "2023-04-01"), ("year", "2024-01-01")])
def test_a_cost_limit_is_used_up_over_its_period(per: str, next_on: str) -> None:
    one = policy(layer(f"cost_limit: {{per: {per}, rows: [{{amount: '500'}}]}}"))
    assert paid(one, visit("400.00"), visit("400.00"), visit("400.00", on=next_on)) == ["320.00", "80.00", "320.00"]


def test_a_visit_without_a_row_of_the_cost_limit_is_neither_limited_nor_counted() -> None:
    one = policy(layer("cost_limit: {per: year, rows: [{when: {level: tertiary}, amount: '500'}]}"))
    assert paid(one, visit("900.00", level="primary"), visit("600.00")) == ["720.00", "400.00"]


def test_a_fixed_deduction_is_taken_from_the_payment_not_below_nothing() -> None:
    one = policy(layer("fixed_deduction: {rows: [{amount: '100'}]}"))
    assert paid(one, visit("1000.00"), visit("100.00")) == ["700.00", "0.00"]


def test_the_tightest_of_several_caps_binds() -> None:
    caps = "caps: [{per: visit, rows: [{amount: '300'}]}, {per: year, rows: [{amount: '500'}]}]"
    assert paid(policy(layer(caps)), visit("1000.00"), visit("1000.00"), visit("1000.00")) == [
        "300.00",
        "200.00",
        "0.00",
    ]


@pytest.mark.parametrize(("per", "next_on"), [("day", "2023-03-02"), ("month", "2023-04-01"), ("year", "2024-01-01")])
def test_a_cap_counts_over_its_period(per: str, next_on: str) -> None:
    one = policy(layer(f"caps: [{{per: {per}, rows: [{{amount: '500'}}]}}]"))
    assert paid(one, visit("500.00"), visit("500.00"), visit("500.00", on=next_on)) == ["400.00", "100.00", "400.00"]


def test_a_visit_without_a_row_of_the_cap_is_neither_limited_nor_counted() -> None:
    one = policy(layer("caps: [{per: year, rows: [{when: {level: tertiary}, amount: '500'}]}]"))
    assert paid(one, visit("900.00", level="primary"), visit("600.00")) == ["720.00", "480.00"]


def test_caps_of_one_name_share_one_amount_across_layers_of_a_visit() -> None:
    cap = "caps: [{per: visit, name: together, rows: [{amount: '900'}]}]"
    one = policy(layer(cap) + "\n" + layer(cap, fund="civil_servant"))
    benefit = settled(one, visit("1000.00"))[0]
    assert funds(benefit) == {"pool": "800.00", "civil_servant": "100.00"}  # 160 wanted, 100 left


def test_what_is_over_the_cap_is_the_cost_not_consumed() -> None:
    one = policy(layer("caps: [{per: visit, rows: [{amount: '700'}]}]", slices=SLICED + "}"))
    # 500 from the first 1000, then 200 / 0.6 = 333.33…: 2000 - 1333.33… is left
    assert components(one, visit("2000.00")) == {
        "deductible": "0.00",
        "beyond_limit": "0.00",
        "over_cap": "666.67",
        "copay": "633.33",
    }


def test_with_a_fixed_deduction_the_parts_yield_cap_and_deduction_together() -> None:
    rules = ("fixed_deduction: {rows: [{amount: '100'}]}", "caps: [{per: visit, rows: [{amount: '300'}]}]")
    # (300 + 100) / 0.8 = 500 consumed
    assert components(policy(layer(*rules)), visit("2000.00"))["over_cap"] == "1500.00"


def test_where_no_cap_is_left_nothing_is_consumed() -> None:
    rules = ("fixed_deduction: {rows: [{amount: '100'}]}", "caps: [{per: visit, rows: [{amount: '0'}]}]")
    assert components(policy(layer(*rules)), visit("2000.00"))["over_cap"] == "2000.00"


def test_a_cap_that_is_just_reached_does_not_bind() -> None:
    one = policy(layer("caps: [{per: visit, rows: [{amount: '800'}]}]"))
    assert components(one, visit("1000.00"))["over_cap"] == "0.00"


def test_a_slice_that_pays_nothing_is_consumed_only_on_the_way_to_the_cap() -> None:
    slices = "slices: {rows: [{slices: [['100', '0'], ['200', '1'], [null, '0']]}]}"
    one = policy(layer("caps: [{per: visit, rows: [{amount: '40'}]}]", slices=slices))
    assert components(one, visit("300.00"))["over_cap"] == "160.00"  # 60 of the second, all of the third


def test_no_layer_pays_more_than_the_total_less_what_earlier_layers_paid() -> None:
    full = "slices: {rows: [{slices: [[null, '1']]}]}"
    one = policy(layer(slices=full) + "\n" + layer("base: in_scope", fund="critical", slices=full))
    benefit = settled(one, visit("1000.00", out_of_scope="300.00"))[0]
    assert funds(benefit) == {"pool": "700.00", "critical": "300.00"}
    assert str(benefit.personal) == "0.00"


def test_every_fund_with_a_layer_is_listed_also_when_it_pays_nothing() -> None:
    one = policy(layer() + "\n" + layer("applies: {aid: dibao}", fund="aid") + "\n" + layer("name: more"))
    assert funds(settled(one, visit("1000.00"))[0]) == {"pool": "960.00", "aid": "0.00"}
