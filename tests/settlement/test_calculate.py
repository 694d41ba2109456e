"""The drafter's bench: what it prints and how it ends."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from settlement import calculate
from settlement.policy_file import read_policy
from tests.settlement.desk import policy_text
from tests.settlement.test_case_file import GOOD

HALF = "- {fund: pool, slices: {rows: [{slices: [[null, '0.50']]}]}}"
HEAD = "account: {pays_for: [outpatient]}\n"
TEXT = policy_text(HALF, kind="outpatient", head=HEAD)
POLICY = read_policy(TEXT)


def test_an_answer_lists_every_visit_in_order() -> None:
    first, reversal = calculate.answer([POLICY], json.dumps(GOOD))["visits"]
    assert first.pop("steps")[0] == {
        "label": "符合政策范围",
        "amount": "400.00",
        "basis": "总额 420.00 − 全自费 20.00 − 超限价 0.00 − 先行自付 0.00",
    }
    assert first == {
        "id": "V1",
        "in_scope": "400.00",
        "first_self_pay": "0.00",
        "funds": {"pool": "200.00"},
        "fund_total": "200.00",
        "personal": "220.00",
        "account": "220.00",
        "cash": "0.00",
    }
    assert (reversal["id"], reversal["in_scope"], reversal["funds"]) == ("R1", "-400.00", {"pool": "-200.00"})
    assert (reversal["first_self_pay"], reversal["cash"]) == ("0.00", "0.00"), (
        "nothing is never written as minus nothing"
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"area": "360100"}, "no_policy"),
        ({"area": None}, "bad_case"),
    ],
)
def test_a_refusal_has_code_and_message(change: dict[str, Any], code: str) -> None:
    case = {**GOOD, "person": {**GOOD["person"], **change}}
    assert calculate.answer([POLICY], json.dumps(case))["error"]["code"] == code


def test_two_policies_on_the_day_are_refused() -> None:
    assert calculate.answer([POLICY, POLICY], json.dumps(GOOD))["error"]["code"] == "overlapping_policies"


def test_a_kind_without_benefit_is_not_covered() -> None:
    other = read_policy(policy_text(HALF, kind="chronic"))
    assert calculate.answer([other], json.dumps(GOOD))["error"]["code"] == "not_covered"


def test_one_refused_visit_refuses_its_case() -> None:
    late = {**GOOD["visits"][0], "id": "V0", "settled_on": "2019-12-31"}
    answer = calculate.answer([POLICY], json.dumps({**GOOD, "visits": [GOOD["visits"][0], late]}))
    assert list(answer) == ["error"]


def test_many_cases_are_answered_one_by_one_while_they_are_read() -> None:
    asked = []

    def lines() -> Iterator[bytes]:
        for number in range(3):
            asked.append(number)
            yield b"{}\n" if number == 1 else json.dumps(GOOD).encode()

    answers = calculate.answers([POLICY], lines())
    assert asked == []
    assert "visits" in next(answers)
    assert asked == [0]
    assert [next(answers).keys() for _ in range(2)] == [{"error"}, {"visits"}]


def test_json_is_one_line_in_chinese_and_always_writable() -> None:
    assert calculate.as_json({"message": "第一行\n第二行"}) == '{"message": "第一行\\n第二行"}'
    assert calculate.as_json({"id": "\ud800"}).encode() == b'{"id": "\\ud800"}'


def run(tmp_path: Path, cases: str, *options: str, policy: str = TEXT) -> tuple[list[str], int]:
    """The lines printed and the exit status."""
    (tmp_path / "policy.yaml").write_text(policy, encoding="utf-8")
    (tmp_path / "case.json").write_text(cases, encoding="utf-8")
    printed, status = StringIO(), 0
    try:
        call_command("calculate", "--policy", str(tmp_path / "policy.yaml"), *options, stdout=printed)
    except SystemExit as end:
        status = int(end.code or 0)
    return printed.getvalue().splitlines(), status


def test_the_command_answers_a_case(tmp_path: Path) -> None:
    lines, status = run(tmp_path, json.dumps(GOOD), "--case", str(tmp_path / "case.json"), "--json")
    assert status == 0
    assert [visit["id"] for visit in json.loads("\n".join(lines))["visits"]] == ["V1", "R1"]


def test_the_command_refuses_with_status_two(tmp_path: Path) -> None:
    lines, status = run(tmp_path, "{}", "--case", str(tmp_path / "case.json"), "--json")
    assert status == 2
    assert json.loads(lines[0])["error"]["code"] == "bad_case"


def test_the_command_refuses_a_case_that_is_not_there(tmp_path: Path) -> None:
    lines, status = run(tmp_path, "{}", "--case", str(tmp_path / "none.json"), "--json")
    assert (json.loads(lines[0])["error"]["code"], status) == ("bad_case", 2)


def test_the_command_answers_every_line_and_ends_well(tmp_path: Path) -> None:
    lines, status = run(
        tmp_path, f"{json.dumps(GOOD)}\n\n{json.dumps(GOOD)}\n", "--cases", str(tmp_path / "case.json"), "--json"
    )
    assert status == 0
    assert [list(json.loads(line)) for line in lines] == [["visits"], ["error"], ["visits"]]


@pytest.mark.parametrize("option", ["--case", "--cases"])
def test_a_fault_in_a_policy_refuses_the_whole_run(tmp_path: Path, option: str) -> None:
    (tmp_path / "good.yaml").write_text(TEXT, encoding="utf-8")
    bad = TEXT.replace("'0.50'", "0.50")
    options = ["--policy", str(tmp_path / "good.yaml"), option, str(tmp_path / "case.json"), "--json"]
    lines, status = run(tmp_path, json.dumps(GOOD), *options, policy=bad)
    error = json.loads(lines[0])["error"]
    assert (len(lines), status, error["code"]) == (1, 2, "bad_policy")
    assert "第9行 benefits.outpatient.layers[1].slices.rows[1].slices[1][2]：数字 0.50 没有加引号" in error["message"]


def test_without_json_the_steps_are_read_out(tmp_path: Path) -> None:
    lines, status = run(tmp_path, json.dumps(GOOD), "--case", str(tmp_path / "case.json"))
    assert status == 0
    assert lines[0] == "就诊 V1"
    assert "  现金支付：0.00（个人负担 220.00 − 个人账户 220.00）" in lines
    refused, _ = run(tmp_path, "{}", "--case", str(tmp_path / "case.json"))
    assert refused[0].startswith("不能计算（bad_case）：")
