"""What must hold for every policy and every case."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings

from settlement.case_file import read_case
from settlement.policy_file import read_policies
from settlement.rules import Case, Refusal, RunningKept, Visit, compute_case
from settlement.rules.visit import Reversal
from tests.settlement.strategies import cases, policy_sets
from tests.settlement.test_benefit_against_reference import NO_RUSH, written

Amounts = dict[str, Any]


def computed(policies: list[Amounts], case: Case) -> Any:
    compiled = read_policies([(f"{number}.yaml", written(policy)) for number, policy in enumerate(policies)])
    try:
        return compute_case(compiled, case)
    except Refusal:
        return ()


@given(policy_sets(), cases())
@settings(max_examples=25, deadline=None, suppress_health_check=NO_RUSH)
def test_parts_add_up_and_nothing_is_negative(policies: list[Amounts], case: Amounts) -> None:
    read = read_case(json.dumps(case))
    for visit, (_, benefit) in zip(read.visits, computed(policies, read), strict=False):
        if isinstance(visit, Visit):
            charges = visit.charges
            set_aside = charges.out_of_scope + charges.over_limit
            assert benefit.in_scope + benefit.first_self_pay + set_aside == charges.total
            assert sum(benefit.funds.values()) == benefit.fund_total
            assert benefit.fund_total + benefit.personal == charges.total
            assert benefit.account + benefit.cash == benefit.personal
            assert min(benefit.in_scope, benefit.first_self_pay, benefit.account, benefit.cash) >= Decimal(0)
            assert all(amount >= 0 for amount in benefit.funds.values())


@given(policy_sets(), cases())
@settings(max_examples=25, deadline=None, suppress_health_check=NO_RUSH)
def test_settling_and_then_reversing_everything_leaves_nothing(policies: list[Amounts], case: Amounts) -> None:
    read = read_case(json.dumps(case))
    visits = [visit for visit in read.visits if isinstance(visit, Visit)]
    reversals = [Reversal(f"back {visit.id}", visit.id) for visit in visits]
    kept, balance = RunningKept(), Decimal(0)
    for _, benefit in computed(policies, Case(read.person, (*visits, *reversals))):
        kept.add(benefit.kept)
        balance += benefit.account
    assert not any(kept.values())
    assert balance == 0


@given(policy_sets(), cases(longest=3))
@settings(max_examples=10, deadline=None, suppress_health_check=[*NO_RUSH, HealthCheck.filter_too_much])
def test_computing_twice_gives_the_same(policies: list[Amounts], case: Amounts) -> None:
    read = read_case(json.dumps(case))
    assert computed(policies, read) == computed(policies, read)
