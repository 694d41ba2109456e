"""An application becomes a filing, or every fault of it is named at once and nothing is kept."""

from datetime import date
from typing import Any

import pytest

from common.gate import InvalidMessage, read
from common.transitions import history
from filings.enums import Category, Channel, Material, Status
from filings.intake import apply
from filings.messages import Application
from registry.models import Enrolment
from tests.conftest import at
from tests.stories import application, refused_without_trace, somebody

pytestmark = pytest.mark.django_db
NOW = at("2026-08-14 16:00")


def faults(enrolment: Enrolment, destination: str, **other: Any) -> dict[str, str]:
    """The fields at fault of an application that left no trace, each with what is wrong and what to do."""
    applied = application(enrolment, Category.REFERRAL, destination, {Material.REFERRAL_PROOF}, **other)
    invalid = refused_without_trace(lambda: apply(applied, by=None, at=NOW), InvalidMessage)
    assert all(error.wrong and error.remedy for error in invalid.errors)
    return {error.field: error.wrong for error in invalid.errors}


def test_an_application_becomes_a_filing_of_the_home_office() -> None:
    enrolment = somebody()
    applied = application(enrolment, Category.REFERRAL, "110000", {Material.REFERRAL_PROOF}, reason="病情需要")
    filing = apply(applied, by=None, at=NOW)
    assert (filing.status, filing.agency_id, filing.home_area_id) == (Status.SUBMITTED, "340100", "340100")
    assert (filing.home_province_id, filing.host_province_id, filing.destination_id) == ("340000", "110000", "110000")
    assert (filing.valid_from, filing.valid_until) == (date(2026, 8, 20), date(2027, 2, 19))
    assert filing.materials == ["form", "identity", "referral_proof"]
    assert [change.verb for change in history(filing)] == ["申请"]


def test_the_applicant_may_choose_an_earlier_end() -> None:
    applied = application(somebody(), Category.OTHER_TEMPORARY, "110000", set(), valid_until=date(2026, 9, 30))
    assert apply(applied, by=None, at=NOW).valid_until == date(2026, 9, 30)


def test_a_filing_on_promise_is_marked_from_the_start() -> None:
    applied = application(somebody(), Category.LONG_TERM_RESIDENT, "110000", {Material.PROMISE})
    assert apply(applied, by=None, at=NOW).on_promise


def test_what_is_missing_is_no_fault_of_the_application_the_office_asks_for_it() -> None:
    applied = application(somebody(), Category.REFERRAL, "110000", set())
    assert apply(applied, by=None, at=NOW).status == Status.SUBMITTED


def test_every_fault_of_an_application_is_named_at_once() -> None:
    unknown = Enrolment(person=somebody().person, insurance="employee")
    unknown.person.person_number = "404"
    assert faults(unknown, "999999").keys() == {"person_number", "destination"}


def test_every_field_of_a_faulty_message_is_named_at_once() -> None:
    with pytest.raises(InvalidMessage) as invalid:
        read(Application, {"insurance": "both", "category": "tourist", "rloc_admdvs": "Beijing", "begndate": "soon"})
    assert {error.field for error in invalid.value.errors} == {
        "psn_no", "insurance", "category", "rloc_admdvs", "begndate", "channel",
    }  # fmt: skip


def test_an_end_before_the_start_is_refused_and_the_same_day_is_not() -> None:
    with pytest.raises(ValueError, match="截止日早于开始日"):
        application(somebody(), Category.REFERRAL, "110000", set(), valid_until=date(2026, 8, 19))
    application(somebody(), Category.REFERRAL, "110000", set(), valid_until=date(2026, 8, 20))


def test_nobody_applies_for_an_emergency() -> None:
    with pytest.raises(ValueError, match="无需申请"):
        application(somebody(), Category.EMERGENCY, "110000", set())


@pytest.mark.parametrize("destination", ["340100", "340200", "340000"])
def test_the_own_province_is_not_cross_province(destination: str) -> None:
    assert "不属于跨省" in faults(somebody(), destination)["destination"]


@pytest.mark.parametrize("county", ["410122", "110101", "460105"])
def test_a_county_is_refused_even_in_a_municipality(county: str) -> None:
    assert "地市" in faults(somebody(), county)["destination"]


@pytest.mark.parametrize("province", ["410000", "320000"])
def test_a_province_that_is_not_one_pool_is_refused(province: str) -> None:
    assert "地市" in faults(somebody(), province)["destination"]


@pytest.mark.parametrize("destination", ["110000", "460000", "540000", "660000", "410100"])
def test_a_municipality_a_pooled_province_the_corps_and_a_city_are_accepted(destination: str) -> None:
    applied = application(somebody(), Category.OTHER_TEMPORARY, destination, set())
    assert apply(applied, by=None, at=NOW).destination_id == destination


def test_a_city_that_no_longer_exists_is_refused() -> None:
    # 莱芜市 became a part of 济南 in 2018.
    assert "没有这个行政区划" in faults(somebody(), "371200")["destination"]


@pytest.mark.parametrize(("last", "insured"), [(date(2026, 8, 19), False), (date(2026, 8, 20), True)])
def test_the_person_is_insured_on_the_first_day(last: date, insured: bool) -> None:
    enrolment = somebody()
    enrolment.valid_until = last
    enrolment.save()
    if insured:
        assert apply(application(enrolment, Category.OTHER_TEMPORARY, "110000", set()), by=None, at=NOW)
    else:
        assert "没有此险种" in faults(enrolment, "110000")["insurance"]


def test_the_other_insurance_is_no_insurance() -> None:
    assert "没有此险种" in faults(somebody(), "110000", insurance="resident")["insurance"]


def test_the_office_is_that_of_the_insurance_not_of_the_old_address() -> None:
    enrolment = somebody()
    enrolment.valid_until = date(2026, 7, 31)
    enrolment.save()
    Enrolment.objects.create(
        person=enrolment.person, insurance="employee", area_id="340200", person_type="retired",
        valid_from=date(2026, 8, 1),
    )  # fmt: skip
    filing = apply(application(enrolment, Category.OTHER_TEMPORARY, "110000", set()), by=None, at=NOW)
    assert (filing.home_area_id, filing.agency_id) == ("340200", "340200")


@pytest.mark.parametrize("channel", [channel for channel in Channel if channel != Channel.FLAG])
def test_every_channel_is_open(channel: str) -> None:
    applied = application(somebody(), Category.OTHER_TEMPORARY, "110000", set(), channel=channel)
    assert apply(applied, by=None, at=NOW).channel == channel
