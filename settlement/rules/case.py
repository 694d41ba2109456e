"""The visits of one case in order: what each keeps, and what a reversal takes back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from settlement.rules.benefit import Benefit, compute_benefit, explain_benefit
from settlement.rules.kept import Kept, RunningKept
from settlement.rules.policy import Policy, policy_in_force
from settlement.rules.refusals import BadCase
from settlement.rules.visit import Case, Person, Reversal, Visit


class Computed(NamedTuple):
    """The benefit of the visit or reversal with this id."""

    id: str | None
    benefit: Benefit


def compute_case(policies: Sequence[Policy], case: Case) -> tuple[Computed, ...]:
    """Every visit of the case under the policy of its settlement day; one refused visit refuses the case."""
    return _run(policies, case, compute_benefit)


def explain_case(policies: Sequence[Policy], case: Case) -> tuple[Computed, ...]:
    """The same with the steps of every visit."""
    return _run(policies, case, explain_benefit)


def _run(
    policies: Sequence[Policy], case: Case, compute: Callable[[Policy, Person, Visit, Kept], Benefit]
) -> tuple[Computed, ...]:
    person, kept = case.person, RunningKept()
    standing: dict[str, Benefit] = {}
    answers = []
    for visit in case.visits:
        if isinstance(visit, Reversal):
            original = standing.pop(visit.reverse, None)
            if original is None:
                raise BadCase(f"冲销的就诊 {visit.reverse} 不存在或已冲销")
            benefit = original.negated()
        else:
            policy = policy_in_force(policies, person.area, person.insurance, visit.settled_on)
            benefit = compute(policy, person, visit, kept)
            standing[visit.id] = benefit
        kept.add(benefit.kept)
        if benefit.account:
            person = replace(person, account_balance=person.account_balance - benefit.account)
        answers.append(Computed(visit.id, benefit))
    return tuple(answers)
