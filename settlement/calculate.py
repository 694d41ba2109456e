"""The drafter's bench: cases computed under policy files, without the portal's database."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from settlement.case_file import read_case
from settlement.rules import Benefit, Computed, Policy, Refusal, explain_case

Answer: TypeAlias = dict[str, Any]
Writer: TypeAlias = Callable[[Answer], str]

ENCODER = json.JSONEncoder(ensure_ascii=False)


def answer(policies: Sequence[Policy], text: str | bytes) -> Answer:
    """The case computed, or its refusal, as it is printed."""
    try:
        return {"visits": [_visit(computed) for computed in explain_case(policies, read_case(text))]}
    except Refusal as refusal:
        return error_of(refusal)


def answers(policies: Sequence[Policy], lines: Iterable[bytes]) -> Iterator[Answer]:
    """One answer for each line with a case, in order, refusals included; no line is kept in memory."""
    for line in lines:
        yield answer(policies, line)


def error_of(refusal: Refusal) -> Answer:
    return {"error": {"code": refusal.code, "message": refusal.message}}


def is_refused(given: Answer) -> bool:
    return "error" in given


def as_json(given: Answer) -> str:
    """One line of JSON; escaped where an id holds half a surrogate pair, which no encoding can write."""
    text = ENCODER.encode(given)
    return text if text.isprintable() else json.dumps(given)


def as_text(given: Answer) -> str:
    """The answer for a reader: every visit with its steps."""
    if is_refused(given):
        return f"不能计算（{given['error']['code']}）：{given['error']['message']}"
    lines = []
    for visit in given["visits"]:
        lines.append(f"就诊 {visit['id']}")
        lines += [f"  {step['label']}：{step['amount']}（{step['basis']}）" for step in visit["steps"]]
    return "\n".join(lines)


def _visit(computed: Computed) -> Answer:
    benefit = computed.benefit
    return {"id": computed.id, **_amounts(benefit), "steps": [_step(*step) for step in benefit.steps]}


def _amounts(benefit: Benefit) -> Answer:
    return {
        "in_scope": str(benefit.in_scope),
        "first_self_pay": str(benefit.first_self_pay),
        "funds": {fund.value: str(amount) for fund, amount in benefit.funds.items()},
        "fund_total": str(benefit.fund_total),
        "personal": str(benefit.personal),
        "account": str(benefit.account),
        "cash": str(benefit.cash),
    }


def _step(label: str, amount: object, basis: str) -> Answer:
    return {"label": label, "amount": str(amount), "basis": basis}
