"""Everything a case may have wrong, named by its field in Chinese, all at once."""

import json
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from settlement.case_file import read_case
from settlement.rules import BadCase, Reversal, Visit

GOOD: dict[str, Any] = {
    "person": {
        "area": "411600",
        "insurance": "employee",
        "person": "retired",
        "aid": "none",
        "born_on": "1955-03-01",
        "insured_months": 400,
        "tags": ["family_doctor"],
        "account_balance": "300.00",
    },
    "visits": [
        {
            "id": "V1",
            "kind": "outpatient",
            "place": "off_site",
            "level": "tertiary",
            "institution": "H31010400001",
            "filing": "long_term_resident",
            "disease": None,
            "transfer": False,
            "admitted_on": None,
            "settled_on": "2023-07-03",
            "charges": {"total": "420.00", "out_of_scope": "20.00", "over_limit": "0.00", "first_self_pay": "0.00"},
        },
        {"id": "R1", "reverse": "V1"},
    ],
}
ABSENT = object()


def changed(path: str, value: Any) -> dict[str, Any]:
    document = deepcopy(GOOD)
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place: Any = document
    for step in way:
        place = place[step]
    if value is ABSENT:
        del place[last]
    else:
        place[last] = value
    return document


def wrong(text: str | bytes) -> str:
    with pytest.raises(BadCase) as refused:
        read_case(text)
    assert refused.value.code == "bad_case"
    return refused.value.message


def test_a_good_case_is_read() -> None:
    case = read_case(json.dumps(GOOD))
    visit, reversal = case.visits
    assert case.person.tags == {"family_doctor"}
    assert isinstance(visit, Visit)
    assert (visit.charges.total, visit.settled_on, visit.use_account) == (Decimal("420.00"), date(2023, 7, 3), True)
    assert reversal == Reversal("R1", "V1")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("visits.0.charges.out_of_scope", ABSENT),
        ("visits.0.charges.out_of_scope", None),
        ("visits.0.charges.total", 420),
        ("visits.0.charges.total", "420"),
        ("visits.0.charges.total", "420.5"),
        ("visits.0.charges.total", "20.00"),
        ("visits.0.transfer", "true"),
        ("visits.0.use_account", False),
        ("visits.0.place", ABSENT),
        ("visits.0.disease", ""),
        ("visits.0.disease", 7),
        ("person.tags", [7, True]),
        ("person.insured_months", "400"),
        ("person.account_balance", ABSENT),
        ("person.person", None),
        ("person.aid", "dibao_edge"),
        ("person.tags", []),
        ("visits", []),
    ],
)
def test_what_may_be_left_out_or_written_otherwise(path: str, value: Any) -> None:
    read_case(json.dumps(changed(path, value)))


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("person", ABSENT, "person：缺少此项"),
        ("visits", ABSENT, "visits：缺少此项"),
        ("visits", {}, "visits：应为列表"),
        ("person", [], "person：应为 JSON 对象"),
        ("visits.0", "V1", "visits[1]：应为 JSON 对象"),
        ("name", "张三", "name：未知的键"),
        ("person.name", "张三", "person.name：未知的键"),
        ("visits.0.day", "2023-07-03", "visits[1].day：未知的键"),
        ("visits.0.charges.rest", "0.00", "visits[1].charges.rest：未知的键"),
        ("visits.1.kind", "outpatient", "visits[2].kind：未知的键"),
        ("person.area", ABSENT, "person.area：缺少此项"),
        ("person.area", 411600, "person.area：应为字符串"),
        ("person.area", "周口", "6 位"),
        ("person.insurance", "310", "person.insurance：“310” 不在允许的词中"),
        ("person.person", "11", "person.person：“11” 不在允许的词中：active"),
        ("person.aid", 3, "person.aid：应为"),
        ("person.born_on", "1955-02-29", "person.born_on：“1955-02-29” 不是日期"),
        ("person.born_on", "19550301", "person.born_on：“19550301” 不是日期"),
        ("person.insured_months", -1, "person.insured_months"),
        ("person.insured_months", True, "person.insured_months"),
        ("person.insured_months", "4e2", "person.insured_months"),
        ("person.tags", "poor", "person.tags"),
        ("person.tags", [None], "person.tags"),
        ("person.account_balance", "-0.01", "person.account_balance"),
        ("visits.0.id", ABSENT, "visits[1].id：缺少此项"),
        ("visits.0.id", "", "visits[1].id：缺少此项"),
        ("visits.1.id", "V1", "visits[2].id：“V1”重复"),
        ("visits.0.kind", "dental", "visits[1].kind：“dental” 不在允许的词中：inpatient"),
        ("visits.0.kind", ["inpatient"], "visits[1].kind"),
        ("visits.0.place", "away", "visits[1].place"),
        ("visits.0.level", "3", "visits[1].level"),
        ("visits.0.filing", "tourist", "visits[1].filing"),
        ("visits.0.institution", ["H1"], "visits[1].institution"),
        ("visits.0.transfer", "yes", "visits[1].transfer"),
        ("visits.0.use_account", 1, "visits[1].use_account"),
        ("visits.0.settled_on", ABSENT, "visits[1].settled_on：缺少此项"),
        ("visits.0.settled_on", "2023-07-03T10:00:00", "visits[1].settled_on"),
        ("visits.0.admitted_on", "2023-07-04", "visits[1].admitted_on：2023-07-04 晚于结算日"),
        ("visits.0.charges", ABSENT, "visits[1].charges：缺少此项"),
        ("visits.0.charges.total", ABSENT, "visits[1].charges.total：缺少此项"),
        ("visits.0.charges.total", "-420.00", "visits[1].charges.total：“-420.00”"),
        ("visits.0.charges.total", -420, "visits[1].charges.total"),
        ("visits.0.charges.total", "420.001", "visits[1].charges.total：“420.001” 多于两位小数"),
        ("visits.0.charges.total", "420.000", "visits[1].charges.total：“420.000” 多于两位小数"),
        ("visits.0.charges.total", "4.2e2", "visits[1].charges.total"),
        ("visits.0.charges.total", "四百", "visits[1].charges.total"),
        ("visits.0.charges.total", " 420", "visits[1].charges.total"),
        ("visits.0.charges.total", "420.", "visits[1].charges.total"),
        ("visits.0.charges.total", True, "visits[1].charges.total"),
        ("visits.0.charges.total", "NaN", "visits[1].charges.total"),
        ("visits.0.charges.total", "19.99", "visits[1].charges：全自费、超限价、先行自付之和大于总额"),
        ("visits.1.reverse", "V2", "visits[2].reverse：“V2”不是此前的就诊"),
        ("visits.1.reverse", "R1", "visits[2].reverse：“R1”不是此前的就诊"),
        ("visits.1.reverse", None, "visits[2].reverse：缺少此项"),
    ],
)
def test_a_fault_is_named_by_its_field(path: str, value: Any, named: str) -> None:
    assert named in wrong(json.dumps(changed(path, value)))


def test_a_visit_is_reversed_once_and_not_before_it_happened() -> None:
    first, reversal = GOOD["visits"]
    twice = {**GOOD, "visits": [first, reversal, {"id": "R2", "reverse": "V1"}]}
    assert "visits[3].reverse" in wrong(json.dumps(twice))
    assert "visits[1].reverse" in wrong(json.dumps({**GOOD, "visits": [reversal, first]}))


@pytest.mark.parametrize("number", ["420.00", "1e2", "4.2E+2", "-0.5"])
def test_no_float_is_taken_anywhere(number: str) -> None:
    text = json.dumps(GOOD)
    assert "浮点数" in wrong(text.replace('"420.00"', number))
    assert "浮点数" in wrong(text.replace("400", number))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_no_number_that_is_none_is_taken(number: str) -> None:
    assert number in wrong(json.dumps(GOOD).replace('"420.00"', number))


def test_a_key_stands_once() -> None:
    assert "键重复：id" in wrong(json.dumps(GOOD).replace('"id": "V1"', '"id": "V1", "id": "V2"'))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', b"\xff\xfe\x00", "[" * 100_000, "1" * 5000])
def test_what_is_no_case_at_all_is_refused(text: str | bytes) -> None:
    assert wrong(text)


def test_everything_wrong_is_named_at_once() -> None:
    document = changed("visits.0.kind", "dental")
    document["person"]["area"] = None
    document["visits"][0]["charges"]["total"] = "1.234"
    message = wrong(json.dumps(document))
    assert all(name in message for name in ("person.area", "visits[1].kind", "visits[1].charges.total"))
