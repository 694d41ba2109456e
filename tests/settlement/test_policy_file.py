"""Everything a policy file may have wrong, each with its line and key, all at once; and what it may say."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from settlement.policy_file import BadPolicy, PolicyFault, read_policies, read_policy, read_policy_files
from settlement.rules import Policy
from tests.settlement.desk import policy_text

GOOD = """\
area: "411600"
insurance: employee
title: 试点
document: {number: "某发〔2023〕1号", url: "", issued_on: 2023-06-01}
valid_from: 2023-01-01
valid_until: null
rounding: layer
cross_year: whole
off_site_first_self_pay:
  - {when: {filing: other_temporary}, ratio: "0.10"}
account: {pays_for: [inpatient, pharmacy]}
benefits:
  inpatient:
    layers:
      - fund: pool
        applies: {place: off_site}
        deductible: {per: visit, rows: [{amount: "800"}]}
        slices: {rows: [{slices: [["1000", "0.85"], [null, "0.90"]]}]}
        caps: [{per: year, rows: [{amount: "1500"}]}]
      - fund: critical
        over: year
        deductible: {per: year, rows: [{amount: "1000"}]}
        cost_limit: {per: year, rows: [{amount: "100000"}]}
        slices: {rows: [{slices: [[null, "0.60"]]}]}
  pharmacy: {layers: []}
"""
FIRST, SECOND = "benefits.inpatient.layers[1]", "benefits.inpatient.layers[2]"


def faults(text: str) -> list[PolicyFault]:
    with pytest.raises(BadPolicy) as refused:
        read_policy(text, "试点.yaml")
    assert refused.value.code == "bad_policy"
    assert all(fault.file == "试点.yaml" for fault in refused.value.faults)
    return list(refused.value.faults)


def test_a_good_file_is_read() -> None:
    policy = read_policy(GOOD, "试点.yaml")
    assert (policy.area, policy.insurance, policy.valid_from, policy.valid_until) == (
        "411600",
        "employee",
        date(2023, 1, 1),
        None,
    )
    assert policy.document.issued_on == date(2023, 6, 1)
    assert policy.account_pays_for == {"inpatient", "pharmacy"}
    assert [layer.name for layer in policy.benefits["inpatient"]] == ["inpatient.pool", "inpatient.critical"]


def test_title_document_and_end_may_be_left_out() -> None:
    policy = read_policy('area: "411600"\ninsurance: resident\nvalid_from: "2023-01-01"\nbenefits: {}\n')
    assert (policy.title, policy.document.number, policy.valid_until) == ("", "", None)


# what is written instead, the line, the key, a word of the message
CHANGES = [
    # the head
    ('area: "411600"', "area: 411600", 1, "area", "加引号"),
    ('area: "411600"', 'area: "4116"', 1, "area", "6 位"),
    ("insurance: employee", "insurance: worker", 2, "insurance", "employee、resident"),
    ("title: 试点", "title: 2023", 3, "title", "文字"),
    ("title: 试点", "titel: 试点", 3, "titel", "未知的键"),
    ("title: 试点", "title: 试点\ntitle: 试点", 4, "title", "键重复"),
    ("issued_on: 2023-06-01", "issued_on: 2023-06-31", 4, "document.issued_on", "不是日期"),
    ("issued_on: 2023-06-01", "issued: 2023-06-01", 4, "document.issued", "未知的键"),
    ("valid_from: 2023-01-01", "valid_from: 2023-1-1", 5, "valid_from", "不是日期"),
    ("valid_from: 2023-01-01", "valid_from: 2023-01-01 08:00:00", 5, "valid_from", "不是日期"),
    ("valid_from: 2023-01-01", "valid_from: null", 5, "valid_from", "不是日期"),
    ("valid_until: null", "valid_until: 2022-12-31", 6, "valid_until", "早于"),
    ("rounding: layer", "rounding: up", 7, "rounding", "layer、slice"),
    ("cross_year: whole", "cross_year: split", 8, "cross_year", "whole、by_days"),
    ('ratio: "0.10"', "ratio: 0.10", 10, "off_site_first_self_pay[1].ratio", "没有加引号"),
    ('ratio: "0.10"', "ratio: 1", 10, "off_site_first_self_pay[1].ratio", "没有加引号"),
    ('ratio: "0.10"', 'ratio: "1.10"', 10, "off_site_first_self_pay[1].ratio", "0 至 1"),
    ('ratio: "0.10"', 'ratio: "10%"', 10, "off_site_first_self_pay[1].ratio", "无效"),
    ("[inpatient, pharmacy]", "[inpatient, dental]", 11, "account.pays_for[2]", "不在允许的词中"),
    ("[inpatient, pharmacy]", "inpatient", 11, "account.pays_for", "列表"),
    ("  pharmacy: {layers: []}", "  dental: {layers: []}", 25, "benefits.dental", "未知的键"),
    ("  pharmacy: {layers: []}", "  pharmacy: {}", 25, "benefits.pharmacy.layers", "缺少此键"),
    ("  pharmacy: {layers: []}", "  pharmacy: []", 25, "benefits.pharmacy", "映射"),
    # conditions
    ("{place: off_site}", "{place: away}", 16, f"{FIRST}.applies.place", "local、off_site"),
    ("{place: off_site}", "{places: off_site}", 16, f"{FIRST}.applies.places", "未知的键"),
    ("{place: off_site}", "{place: null}", 16, f"{FIRST}.applies.place", "文字"),
    ("{place: off_site}", "{level: [primary, third]}", 16, f"{FIRST}.applies.level[2]", "tertiary"),
    ("{place: off_site}", "{age: '=>60'}", 16, f"{FIRST}.applies.age", "比较"),
    ("{place: off_site}", "{age: 60.5}", 16, f"{FIRST}.applies.age", "整数"),
    ("{place: off_site}", "{admission: first}", 16, f"{FIRST}.applies.admission", "整数"),
    ("{place: off_site}", "{person: '>=3'}", 16, f"{FIRST}.applies.person", "不在允许的词中"),
    ("{place: off_site}", "{transfer: 2}", 16, f"{FIRST}.applies.transfer", "true、false"),
    ("{place: off_site}", "{tags: [1.5]}", 16, f"{FIRST}.applies.tags[1]", "文字"),
    ("{place: off_site}", "{disease: {a: b}}", 16, f"{FIRST}.applies.disease", "文字"),
    ("{place: off_site}", "[place, off_site]", 16, f"{FIRST}.applies", "映射"),
    # layers
    ("- fund: pool", "- fund: piggybank", 15, f"{FIRST}.fund", "pool、large_sum"),
    ("- fund: pool\n", "- name: a\n", 15, f"{FIRST}.fund", "缺少此键"),
    ("- fund: pool", "- fund: pool\n        name: ''", 16, f"{FIRST}.name", "不能为空"),
    ("- fund: pool", "- fund: pool\n        name: 3", 16, f"{FIRST}.name", "文字"),
    ("- fund: pool", "- fund: pool\n        name: inpatient.critical", 21, f"{SECOND}.name", "重复"),
    ("- fund: pool", "- fund: pool\n        over: year", 16, f"{FIRST}.over", "第一层"),
    ("- fund: pool", "- fund: pool\n        over: month", 16, f"{FIRST}.over", "visit、year"),
    ("- fund: pool", "- fund: pool\n        base: {only: [copay]}", 16, f"{FIRST}.base", "第一层"),
    (
        "- fund: pool",
        "- fund: pool\n        base: {remaining: {without: [copay]}}",
        16,
        f"{FIRST}.base.remaining.without",
        "第一层",
    ),
    ("over: year", "over: year\n        base: total", 22, f"{SECOND}.base", "in_scope"),
    ("over: year", "over: year\n        base: {only: [rest]}", 22, f"{SECOND}.base.only[1]", "deductible"),
    ("over: year", "over: year\n        base: {only: [copay, copay]}", 22, f"{SECOND}.base.only[2]", "重复"),
    ("over: year", "over: year\n        base: {}", 22, f"{SECOND}.base", "之一"),
    ("over: year", "over: year\n        base: {only: [], remaining: {}}", 22, f"{SECOND}.base", "之一"),
    (
        "over: year",
        "over: year\n        base: {remaining: {with: [copay]}}",
        22,
        f"{SECOND}.base.remaining.with[1]",
        "first_self_pay",
    ),
    # deductible
    ('"800"', "800", 17, f"{FIRST}.deductible.rows[1].amount", "没有加引号"),
    ('"800"', "800.00", 17, f"{FIRST}.deductible.rows[1].amount", "没有加引号"),
    ('"800"', "0800", 17, f"{FIRST}.deductible.rows[1].amount", "没有加引号"),
    ('"800"', "8e2", 17, f"{FIRST}.deductible.rows[1].amount", "无效"),
    ('"800"', '"8e2"', 17, f"{FIRST}.deductible.rows[1].amount", "无效"),
    ('"800"', '"-800"', 17, f"{FIRST}.deductible.rows[1].amount", "无效"),
    ('"800"', '"８００"', 17, f"{FIRST}.deductible.rows[1].amount", "无效"),
    ('"800"', '"800.001"', 17, f"{FIRST}.deductible.rows[1].amount", "两位小数"),
    ('"800"', "null", 17, f"{FIRST}.deductible.rows[1].amount", "无效"),
    ('"800"', f'"{"8" * 31}"', 17, f"{FIRST}.deductible.rows[1].amount", "30 位"),
    ('{amount: "800"}', "{}", 17, f"{FIRST}.deductible.rows[1]", "其中之一"),
    ('{amount: "800"}', '{amount: "800", share: "0.1"}', 17, f"{FIRST}.deductible.rows[1]", "其中之一"),
    ('{amount: "800"}', '{amount: "800", min: "1"}', 17, f"{FIRST}.deductible.rows[1].min", "share"),
    ('{amount: "800"}', '{share: "0.1", min: "9", max: "8"}', 17, f"{FIRST}.deductible.rows[1].max", "小于"),
    ('{amount: "800"}', '{share: "1.1"}', 17, f"{FIRST}.deductible.rows[1].share", "0 至 1"),
    ("per: visit", "per: day", 17, f"{FIRST}.deductible.per", "institution_day"),
    ('per: visit, rows: [{amount: "800"}]', 'per: month, rows: [{share: "0.1"}]', 17, f"{FIRST}.deductible.rows[1].share", "per: visit"),
    ("per: visit, ", "", 17, f"{FIRST}.deductible.per", "缺少此键"),
    # slices
    ('["1000", "0.85"], ', '["1000", 0.85], ', 18, f"{FIRST}.slices.rows[1].slices[1][2]", "没有加引号"),
    ('["1000", "0.85"], ', '[1000, "0.85"], ', 18, f"{FIRST}.slices.rows[1].slices[1][1]", "没有加引号"),
    ('["1000", "0.85"], ', '["1000", "0.85"], ["1000.00", "0.86"], ', 18, f"{FIRST}.slices.rows[1].slices[2][1]", "大于前一段"),
    ('["1000", "0.85"], ', '["0", "0.85"], ', 18, f"{FIRST}.slices.rows[1].slices[1][1]", "大于前一段"),
    ('["1000", "0.85"], ', '[null, "0.85"], ', 18, f"{FIRST}.slices.rows[1].slices[1][1]", "最后一段"),
    (', [null, "0.90"]', "", 18, f"{FIRST}.slices.rows[1].slices[1][1]", "最后一段"),
    (', [null, "0.90"]', ", [null]", 18, f"{FIRST}.slices.rows[1].slices[2]", "[上限, 比例]"),
    ('[["1000", "0.85"], [null, "0.90"]]', "[]", 18, f"{FIRST}.slices.rows[1].slices", "至少写一段"),
    ('[null, "0.90"]', '[null, "1.01"]', 18, f"{FIRST}.slices.rows[1].slices[2][2]", "0 至 1"),
    ("slices: {rows: [{slices: [[null", "slices: {from: top, rows: [{slices: [[null", 24, f"{SECOND}.slices.from", "zero"),
    ("slices: {rows: [{slices: [[null", "slices: {count: day, rows: [{slices: [[null", 24, f"{SECOND}.slices.count", "year"),
    # a layer over the year
    ("per: year, rows: [{amount: \"1000\"}]", 'per: visit, rows: [{amount: "1000"}]', 22, f"{SECOND}.deductible.per", "per: year"),
    ("per: year, rows: [{amount: \"1000\"}]", 'per: year, year_limit: "9", rows: [{amount: "1000"}]', 22, f"{SECOND}.deductible.year_limit", "不能写"),
    ("cost_limit: {per: year", "cost_limit: {per: day", 23, f"{SECOND}.cost_limit.per", "per: year"),
    ("slices: {rows: [{slices: [[null", "slices: {count: year, rows: [{slices: [[null", 24, f"{SECOND}.slices.count", "不能写"),
    # cost limit, adjust, fixed deduction, caps
    ("cost_limit: {per: year", "cost_limit: {counts: some, per: year", 23, f"{SECOND}.cost_limit.counts", "all"),
    ("over: year", "over: year\n        adjust: [{points: -20}]", 22, f"{SECOND}.adjust[1].points", "没有加引号"),
    ("over: year", "over: year\n        adjust: [{points: '二十'}]", 22, f"{SECOND}.adjust[1].points", "无效"),
    ("over: year", "over: year\n        adjust: [{factor: '-1'}]", 22, f"{SECOND}.adjust[1].factor", "无效"),
    ("over: year", "over: year\n        adjust: [{floor: '2'}]", 22, f"{SECOND}.adjust[1].floor", "0 至 1"),
    ("over: year", "over: year\n        adjust: [{times: '2'}]", 22, f"{SECOND}.adjust[1].times", "未知的键"),
    ("over: year", "over: year\n        fixed_deduction: {rows: [{}]}", 22, f"{SECOND}.fixed_deduction.rows[1].amount", "缺少此键"),
    ("over: year", "over: year\n        fixed_deduction: {amount: '3'}", 22, f"{SECOND}.fixed_deduction.rows", "缺少此键"),
    ("caps: [{per: year", "caps: [{per: week", 19, f"{FIRST}.caps[1].per", "visit、day、month、year"),
    ('caps: [{per: year, rows: [{amount: "1500"}]}]', 'caps: [{per: year, rows: []}, {per: year, rows: []}]', 19, f"{FIRST}.caps[2]", "同一层内重复"),
    ("over: year", "over: year\n        caps: [{per: day, name: inpatient.pool.cap.year, rows: []}]", 22, f"{SECOND}.caps[1].per", "只能有一个 per"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead", "line", "key", "word"), CHANGES)
def test_a_fault_is_named_with_line_key_and_what_is_allowed(
    written: str, instead: str, line: int, key: str, word: str
) -> None:
    assert written in GOOD
    found = faults(GOOD.replace(written, instead, 1))
    assert [(fault.line, fault.key) for fault in found if word in fault.message] == [(line, key)], found


@pytest.mark.parametrize("key", ["area", "insurance", "valid_from", "benefits"])
def test_what_a_policy_cannot_do_without_is_asked_for(key: str) -> None:
    lines = {"area": 'area: "411600"', "insurance": "insurance: employee", "valid_from": "valid_from: 2023-01-01"}
    text = GOOD[: GOOD.index("benefits:")] if key == "benefits" else GOOD.replace(lines[key], "", 1)
    assert [(fault.key, fault.message) for fault in faults(text)] == [(key, "缺少此键")]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "空"),
        ("# 只有注释\n", "空"),
        ("- 列表\n", "映射"),
        ("area: [\n", "YAML"),
        ("area: '1\n", "YAML"),
        ("a: 1\n---\nb: 2\n", "YAML"),
        ("area: \x00\n", "YAML"),
        ("area: !!python/object:os.system x\n", "缺少此键"),
        ("[" * 60, "嵌套过深"),
        ("area: &a [*a]\n", "包含自身"),
        ("\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]), "展开后过大"),
        ("\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 3000))]), "展开后过大"),
        ("#" * 1_000_001, "超过"),
    ],
)  # fmt: skip
def test_what_is_no_policy_at_all_is_refused(text: str, word: str) -> None:
    assert any(word in fault.message for fault in faults(text))


def test_a_passage_may_be_repeated_by_reference() -> None:
    text = policy_text(
        """
        - fund: pool
          deductible: {per: visit, rows: [{when: &here {level: tertiary}, amount: "100"}, {amount: "0"}]}
          slices: {rows: [{when: *here, slices: [[null, "0.5"]]}, {slices: [[null, "0.6"]]}]}
        """
    )
    layer = read_policy(text).benefits["inpatient"][0]
    assert layer.deductible is not None
    assert layer.deductible.rows[0][0] == layer.slices.rows[0][0]


def test_all_faults_of_all_files_come_at_once_in_the_order_of_the_lines() -> None:
    bad = GOOD.replace('"800"', "800").replace('area: "411600"', "area: 4").replace('"0.60"', "0.6")
    with pytest.raises(BadPolicy) as refused:
        read_policies([("甲.yaml", bad), ("乙.yaml", GOOD), ("丙.yaml", "")])
    assert [(fault.file, fault.line) for fault in refused.value.faults] == [
        ("甲.yaml", 1),
        ("甲.yaml", 17),
        ("甲.yaml", 24),
        ("丙.yaml", 1),
    ]
    assert "甲.yaml 第17行 benefits.inpatient.layers[1].deductible.rows[1].amount：" in str(refused.value)


def test_files_that_cannot_be_read_are_faults_like_others(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("title: 试点".encode("gbk"))
    (tmp_path / "good.yaml").write_text("\ufeff" + GOOD, encoding="utf-8")
    with pytest.raises(BadPolicy) as refused:
        read_policy_files([tmp_path / "none.yaml", tmp_path / "gbk.yaml", tmp_path / "good.yaml"])
    assert ["UTF-8" in fault.message for fault in refused.value.faults] == [False, True]
    assert isinstance(read_policy_files([tmp_path / "good.yaml"])[0], Policy)


def test_a_cap_of_one_name_may_stand_in_several_layers_and_benefits() -> None:
    cap = 'caps: [{per: year, name: pool, rows: [{amount: "9"}]}]'
    layers = "\n".join(f"- {{fund: {fund}, slices: {{rows: []}}, {cap}}}" for fund in ("pool", "aid"))
    caps = [layer.caps[0] for layer in read_policy(policy_text(layers)).benefits["inpatient"]]
    assert caps[0] == caps[1]


@pytest.mark.parametrize("points", ["-20", "+5", "5", "2.5"])
def test_points_may_carry_a_sign(points: str) -> None:
    layers = f'- {{fund: pool, slices: {{rows: []}}, adjust: [{{points: "{points}"}}]}}'
    assert read_policy(policy_text(layers)).benefits["inpatient"][0].adjust[0][1].points == Fraction(points)
