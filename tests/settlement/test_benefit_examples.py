"""Worked examples of published policies, as the benefit office reads them: one row a visit, rows of a case in order."""

import csv
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from settlement.case_file import CaseReader
from settlement.demo_policies import REAL_POLICIES
from settlement.policy_file import read_policy_files
from settlement.rules import Refusal, compute_case

EXAMPLES = Path(__file__).parent / "examples"
POLICIES = read_policy_files(sorted(REAL_POLICIES.glob("*.yaml")))
Row = dict[str, str]


def cases_of(name: str) -> list[Any]:
    with (EXAMPLES / name).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    grouped = [list(group) for _, group in groupby(rows, key=lambda row: row["案例"])]
    return [pytest.param(group, id=f"{group[0]['案例']}-{group[0]['说明']}") for group in grouped]


def computed(person: dict[str, Any], visits: list[dict[str, Any]]) -> list[Any]:
    reader = CaseReader()
    case = reader.case({"person": {"insurance": "employee", **person}, "visits": visits})
    assert reader.wrong == []
    return [benefit for _, benefit in compute_case(POLICIES, case)]


def charges(row: Row) -> dict[str, str]:
    names = {"总额": "total", "全自费": "out_of_scope", "超限价": "over_limit", "先行自付": "first_self_pay"}
    return {name: row[header] for header, name in names.items() if header in row}


@pytest.mark.parametrize("rows", cases_of("zhoukou.csv"))
def test_zhoukou_employee_outpatient(rows: list[Row]) -> None:
    person = {"area": "411600", "person": rows[0]["人员类别"], "account_balance": rows[0]["账户余额"]}
    visits = [
        {
            "id": f"V{number}",
            "kind": row["类别"],
            "place": row["就医地"],
            "level": row["等级"] or None,
            "institution": row["机构"],
            "filing": row["备案"],
            "settled_on": row["结算日"],
            "charges": charges(row),
        }
        for number, row in enumerate(rows)
    ]
    for row, benefit in zip(rows, computed(person, visits), strict=True):
        found = [benefit.in_scope, benefit.fund_total, benefit.personal, benefit.account, benefit.cash]
        expected = [row[header] for header in ("符合政策范围", "统筹支付", "个人负担", "个人账户", "现金")]
        assert [str(amount) for amount in found] == expected, f"{row['说明']}：{row['算式']}"


@pytest.mark.parametrize("rows", cases_of("nanchang.csv"))
def test_nanchang_employee_inpatient(rows: list[Row]) -> None:
    visits = [
        {
            "id": f"V{number}",
            "kind": "inpatient",
            "place": row["就医地"],
            "level": row["等级"],
            "filing": row["备案"],
            "admitted_on": row["入院日"],
            "settled_on": row["结算日"],
            "charges": charges(row),
        }
        for number, row in enumerate(rows)
    ]
    person = {"area": "360100", "person": "active", "account_balance": "500.00"}
    if rows[0]["拒绝"]:
        with pytest.raises(Refusal) as refused:
            computed(person, visits)
        assert refused.value.code == rows[0]["拒绝"]
        return
    for row, benefit in zip(rows, computed(person, visits), strict=True):
        found = [benefit.in_scope, benefit.fund_total, benefit.personal, benefit.cash]
        expected = [row[header] for header in ("符合政策范围", "统筹支付", "个人负担", "现金")]
        assert [str(amount) for amount in found] == expected, f"{row['说明']}：{row['算式']}"
