"""Cases of every kind in any status, for the tests of what all cases share."""

from datetime import date
from typing import Any

from clearing.models import ProvinceSheet, Sheet
from common.cases import Case
from common.numbers import next_number
from common.transitions import begin
from filings.models import Filing
from registry.models import Agency, Institution, InsuredPerson
from settlement.models import Statement
from tests.conftest import at

DRAWN_UP = at("2026-10-01 00:10")
PERIOD = "2026-09"


def insured_person(area: str = "411600", number: str = "A0001") -> InsuredPerson:
    """Somebody insured in the area."""
    kept = InsuredPerson.objects.filter(person_number=number).first()
    return kept or InsuredPerson.objects.create(
        person_number=number,
        name="王一",
        certificate_number=f"9900001955030{number[-4:]}4",
        sex="1",
        born_on=date(1955, 3, 1),
        home_area_id=area,
    )


def filing(status: str, area: str = "411600", number: str = "A0001") -> Filing:
    """Somebody's filing for Beijing, as a referral with everything it needs."""
    person = insured_person(area, number)
    kept = Filing(
        number=next_number("BA", date(2026, 9, 1)),
        agency=Agency.objects.get(area_id=area),
        person=person,
        insurance="employee",
        category="referral",
        home_area=person.home_area,
        home_province=person.home_province,
        destination_id="110000",
        host_area_id="119900",
        host_province_id="110000",
        valid_from=date(2026, 9, 1),
        valid_until=date(2027, 2, 28),
        channel="national_app",
        materials=["form", "identity", "referral_proof"],
        decided_at=None if status in ("submitted", "incomplete") else at("2026-09-01 09:30"),
    )
    return begin(kept, status, verb="申请", by=None, at=at("2026-09-01 09:00"))


def statement(status: str, institution: Institution, period: str = PERIOD) -> Statement:
    """The month of an institution, without a single settlement."""
    kept = Statement(
        number=next_number("DZ", date(2026, 10, 1)),
        agency=Agency.objects.get(area=institution.area),
        institution=institution,
        host_area=institution.area,
        host_province=institution.province,
        period=period,
        declared_period=period,
        agreed_at=DRAWN_UP if status in ("agreed", "cleared") else None,
    )
    return begin(kept, status, verb="生成", by=None, at=DRAWN_UP)


def sheet(status: str, period: str = PERIOD) -> Sheet:
    """A national sheet without a single row."""
    kept = Sheet(
        number=next_number("QS", date(2026, 10, 21)),
        agency=Agency.objects.get(level="national"),
        period=period,
        generated_on=date(2026, 10, 21),
        settlements=0,
        amount=0,
        sha256="",
    )
    return begin(kept, status, verb="生成", by=None, at=at("2026-10-21 00:10"))


def province_sheet(status: str, of: Sheet, province: str = "410000") -> ProvinceSheet:
    """A province's part of it."""
    kept = ProvinceSheet(
        number=next_number("QF", date(2026, 10, 21)),
        agency=Agency.objects.get(level="provincial", province_id=province),
        sheet=of,
        province_id=province,
        payable=0,
        receivable=0,
    )
    return begin(kept, status, verb="生成", by=None, at=at("2026-10-21 00:10"))


def case_of(kind: str, status: str, institution: Institution) -> Case:
    """A case of the kind in the status, whatever the way there."""
    made: dict[str, Any] = {
        "Filing": lambda: filing(status),
        "Statement": lambda: statement(status, institution),
        "Sheet": lambda: sheet(status),
        "ProvinceSheet": lambda: province_sheet(status, sheet("generated")),
    }
    return made[kind]()
