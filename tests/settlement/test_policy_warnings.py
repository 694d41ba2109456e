"""What is allowed in a policy and yet may not be meant: cuts beyond the notice, cost counted twice."""

import pytest

from common.law import Dated
from settlement.policy_file import policy_warnings, read_policy
from settlement.policy_file.warnings import LONG_TERM_CUT_POINTS, OTHER_TEMPORARY_CUT_POINTS, REFERRAL_CUT_POINTS
from tests.settlement.desk import policy_text

HEAD = 'document: {number: "某发〔2023〕1号"}\n'


def warnings(layers: str, head: str = "") -> list[str]:
    return [str(warning) for warning in policy_warnings(read_policy(policy_text(layers, head=HEAD + head)))]


def cut(filing: str, points: str) -> list[str]:
    return warnings(
        f"""
        - fund: pool
          slices:
            rows: [{{when: {{level: tertiary}}, slices: [["10000", "0.85"], [null, "0.90"]]}}, {{slices: [[null, "0.95"]]}}]
          adjust: [{{when: {{place: off_site, filing: {filing}}}, points: "{points}"}}]
        """
    )


@pytest.mark.parametrize("filing", ["referral", "emergency"])
def test_referral_and_emergency_are_cut_by_at_most_ten_points(filing: str) -> None:
    assert cut(filing, "-10") == []
    (warning,) = cut(filing, "-10.5")
    assert warning.startswith("benefits.inpatient：异地")
    assert "低 10.5 个百分点，超过 10 个百分点" in warning
    assert "二(六)" in warning


def test_other_temporary_stays_are_cut_by_at_most_twenty_points() -> None:
    assert cut("other_temporary", "-20") == []
    assert "超过 20 个百分点" in cut("other_temporary", "-21")[0]


@pytest.mark.parametrize("filing", ["retiree_relocated", "long_term_resident", "posted_worker"])
def test_long_term_filers_are_not_cut_at_all(filing: str) -> None:
    assert cut(filing, "2") == []
    assert "超过 0 个百分点（《" in cut(filing, "-1")[0]
    assert "二(五)" in cut(filing, "-1")[0]


def test_an_extra_first_self_pay_cuts_too() -> None:
    flat = "- {fund: pool, slices: {rows: [{slices: [[null, '0.80']]}]}}"
    head = "off_site_first_self_pay: [{when: {filing: referral}, ratio: '0.20'}]\n"
    assert "低 16 个百分点" in warnings(flat, head)[0]
    assert warnings(flat, head.replace("0.20", "0.125")) == []


def test_separate_layers_for_home_and_away_are_compared() -> None:
    layers = """
    - {fund: pool, applies: {place: local}, slices: {rows: [{slices: [[null, '0.90']]}]}}
    - {fund: pool, applies: {place: off_site}, base: in_scope, slices: {rows: [{slices: [[null, '0.75']]}]}}
    """
    found = warnings(layers)
    assert len(found) == 5, "all but other temporary"
    assert all("低 15 个百分点" in warning for warning in found)


def test_where_the_home_side_cannot_be_seen_nothing_is_said() -> None:
    assert warnings("- {fund: pool, applies: {place: off_site}, slices: {rows: [{slices: [[null, '0.1']]}]}}") == []


def test_a_policy_that_ended_before_the_notice_is_not_measured_by_it() -> None:
    layers = "- {fund: pool, slices: {rows: [{slices: [[null, '0.9']]}]}, adjust: [{when: {place: off_site}, points: '-50'}]}"
    assert warnings(layers, "valid_until: 2022-06-29\n") == []
    assert len(warnings(layers, "valid_until: 2022-06-30\n")) == 6


FLAT = "slices: {rows: [{slices: [[null, '0.9']]}]}"


@pytest.mark.parametrize(
    ("layers", "word"),
    [
        (f"- {{fund: pool, {FLAT}}}\n- {{fund: aid, base: in_scope, {FLAT}}}", "layers[2].base：按全部"),
        ("- {fund: pool, slices: {rows: []}}", "layers[1].slices.rows：没有一行"),
        (f"- {{fund: pool, {FLAT}, deductible: {{per: visit, rows: []}}}}", "layers[1].deductible.rows：没有一行"),
    ],
)
def test_what_can_hardly_be_meant_is_pointed_out(layers: str, word: str) -> None:
    assert any(word in warning for warning in warnings(layers))


def test_two_layers_on_the_same_component_are_pointed_out() -> None:
    flat = "slices: {rows: [{slices: [[null, '0.5']]}]}"
    layers = f"- {{fund: pool, {flat}}}\n" + "".join(
        f"- {{fund: {fund}, base: {{only: [copay]}}, {flat}}}\n" for fund in ("aid", "other")
    )
    assert warnings(layers) == ["benefits.inpatient.layers[3].base：与 inpatient.aid 都按 copay 计算，可能重复支付"]


def test_layers_that_exclude_each_other_are_no_double_payment() -> None:
    layers = """
    - {fund: pool, applies: {level: primary}, slices: {rows: [{slices: [[null, '0.9']]}]}}
    - {fund: pool, applies: {level: tertiary}, base: in_scope, slices: {rows: [{slices: [[null, '0.9']]}]}}
    """
    assert warnings(layers) == []


def test_a_policy_without_title_or_document_is_pointed_out() -> None:
    text = 'area: "411600"\ninsurance: employee\nvalid_from: 2023-01-01\nbenefits: {}\n'
    assert [warning.key for warning in policy_warnings(read_policy(text))] == ["title", "document"]


@pytest.mark.parametrize("bound", [LONG_TERM_CUT_POINTS, REFERRAL_CUT_POINTS, OTHER_TEMPORARY_CUT_POINTS])
def test_each_bound_names_its_article(bound: Dated[int]) -> None:
    assert bound.values[0].article.words
