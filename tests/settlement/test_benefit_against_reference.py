"""The engine and the slow reference agree on everything random policies can say."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from settlement.case_file import read_case
from settlement.policy_file import read_policies
from settlement.rules import Benefit, Refusal, compute_case, explain_case
from tests.settlement.reference_benefit import ReferenceRefusal, reference_case
from tests.settlement.strategies import cases, policy_sets

NO_RUSH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
Amounts = dict[str, Any]


def written(policy: Amounts) -> str:
    return yaml.safe_dump(policy, allow_unicode=True, sort_keys=False)


def amounts_of(own_id: str | None, benefit: Benefit) -> Amounts:
    return {
        "id": own_id,
        "in_scope": benefit.in_scope,
        "first_self_pay": benefit.first_self_pay,
        "funds": {fund.value: amount for fund, amount in benefit.funds.items()},
        "fund_total": benefit.fund_total,
        "personal": benefit.personal,
        "account": benefit.account,
        "cash": benefit.cash,
    }


def engine(policies: list[Amounts], case: Amounts) -> list[Amounts] | str:
    compiled = read_policies([(f"{number}.yaml", written(policy)) for number, policy in enumerate(policies)])
    try:
        return [amounts_of(*computed) for computed in compute_case(compiled, read_case(json.dumps(case)))]
    except Refusal as refusal:
        return refusal.code


def reference(policies: list[Amounts], case: Amounts) -> list[Amounts] | str:
    try:
        answers = reference_case(policies, case)
    except ReferenceRefusal as refusal:
        return str(refusal)
    return [{key: exact(value) for key, value in answer.items() if key != "total"} for answer in answers]


def exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: exact(amount) for key, amount in value.items()}
    if isinstance(value, Fraction | int):
        assert (Fraction(value) * 100).denominator == 1
        return Decimal(int(Fraction(value) * 100)).scaleb(-2)
    return value


def agree(policies: list[Amounts], case: Amounts) -> None:
    assert engine(policies, case) == reference(policies, case)


@given(policy_sets(), cases())
@settings(max_examples=80, deadline=None, suppress_health_check=NO_RUSH)
def test_engine_agrees_with_the_reference(policies: list[Amounts], case: Amounts) -> None:
    agree(policies, case)


@pytest.mark.deep
@given(policy_sets(), cases(longest=12))
@settings(max_examples=20_000, deadline=None, suppress_health_check=NO_RUSH)
def test_engine_agrees_with_the_reference_for_long(policies: list[Amounts], case: Amounts) -> None:
    agree(policies, case)


@given(policy_sets(), cases())
@settings(max_examples=20, deadline=None, suppress_health_check=NO_RUSH)
def test_the_explanation_changes_no_amount(policies: list[Amounts], case: Amounts) -> None:
    compiled = read_policies([(f"{number}.yaml", written(policy)) for number, policy in enumerate(policies)])
    visits = read_case(json.dumps(case))
    try:
        plain = compute_case(compiled, visits)
    except Refusal:
        return
    for computed, explained in zip(plain, explain_case(compiled, visits), strict=True):
        assert amounts_of(*computed) == amounts_of(*explained)
        assert computed.benefit.kept == explained.benefit.kept
        assert explained.benefit.steps
