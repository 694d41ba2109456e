"""Demonstration policies: any area, clearly titled, without a fault, and beside a real file only what it leaves out."""

from datetime import date
from pathlib import Path

import pytest

from settlement.demo_policies import REAL_POLICIES, demo_policy_text, real_policy_text
from settlement.policy_file import policy_warnings, read_policy, read_policy_files
from tests.settlement.desk import funds, settled, visit

START = date(2023, 1, 1)
AREAS = [f"{code}00" for code in range(1101, 6601, 137)]
INSURANCES = ["employee", "resident"]


@pytest.mark.parametrize("insurance", INSURANCES)
@pytest.mark.parametrize("area", AREAS)
def test_every_demo_policy_is_without_fault_and_warning(area: str, insurance: str) -> None:
    text = demo_policy_text(area, "某市", insurance, START)
    policy = read_policy(text)
    assert policy.title.startswith("演示政策：某市")
    assert set(policy.benefits) == {"inpatient", "outpatient", "chronic", "pharmacy"}
    assert policy_warnings(policy) == ()
    assert text == demo_policy_text(area, "某市", insurance, START)
    assert "&" not in text, "every passage is written out"


@pytest.mark.parametrize("insurance", INSURANCES)
@pytest.mark.parametrize("kind", ["inpatient", "outpatient", "chronic", "pharmacy"])
def test_a_demo_policy_covers_every_visit(insurance: str, kind: str) -> None:
    policy = read_policy(demo_policy_text("411600", "周口市", insurance, START))
    visits = [
        visit("2000.00", kind=kind, filing=filing, level=level, place=place, first_self_pay="100.00")
        for filing in ("referral", "other_temporary", "long_term_resident", "none", None)
        for level in ("primary", "tertiary", None)
        for place in ("local", "off_site")
    ]
    person = "retired" if insurance == "employee" else "student"
    for benefit in settled(policy, *visits, insurance=insurance, person=person, aid="dibao"):
        assert (benefit.fund_total > 0) is (kind == "inpatient") or kind in ("outpatient", "chronic")


def test_areas_differ() -> None:
    texts = {
        demo_policy_text(f"41{number:02d}00", "某市", "employee", START).partition("\n")[2] for number in range(1, 8)
    }
    benefits = {text.partition("benefits:")[2] for text in texts}
    assert len(benefits) > 3


def test_large_sum_pays_above_the_cap_of_the_pool() -> None:
    policy = read_policy(demo_policy_text("410100", "郑州市", "employee", START))
    found = funds(settled(policy, visit("400000.00"), area="410100")[0])
    assert float(found["pool"]) >= 150_000 < float(found["pool"]) + float(found["large_sum"])


@pytest.mark.parametrize("file", sorted(REAL_POLICIES.glob("*.yaml")), ids=lambda file: file.stem)
def test_beside_a_real_file_only_what_it_leaves_out_is_added(file: Path) -> None:
    (real,) = read_policy_files([file])
    assert [warning.key for warning in policy_warnings(real)] == ["document"], "the originals are still to be checked"
    assert file.name == f"{real.area}-{real.insurance}-{real.valid_from}.yaml"
    text = demo_policy_text(real.area, "某市", real.insurance, START, real=file.read_text(encoding="utf-8"))
    merged = read_policy(text)
    assert merged.title.startswith(f"演示政策（含真实条款：{real.title}）")
    assert set(merged.benefits) == {"inpatient", "outpatient", "chronic", "pharmacy"}
    assert {kind: merged.benefits[kind] for kind in real.benefits} == real.benefits
    assert policy_warnings(merged) == ()


def test_the_real_file_of_an_area_is_found_by_area_and_insurance() -> None:
    assert "周口" in (real_policy_text("411600", "employee") or "")
    assert real_policy_text("411600", "resident") is None
