"""A small month for the pages: somebody of 周口 and somebody of 合肥 are treated in Beijing, and the month is cleared."""

from dataclasses import dataclass
from datetime import date

from clearing import closing, notices
from clearing.models import Notice, ProvinceSheet, Sheet, SheetRow
from common.dates import Month
from filings import intake as filing_intake
from filings.enums import Category, Material
from filings.models import Filing
from registry.models import Enrolment, Institution
from settlement import statements
from settlement.models import Settlement, Statement
from tests import stories
from tests.conftest import at

CERTIFICATE = "990000196001011239"
OTHER_CERTIFICATE = "990000196505052341"


@dataclass
class SmallMonth:
    """What there is to be looked at: the rows of 周口, and the one of 合肥 that 周口 may not see."""

    enrolment: Enrolment
    waiting: Filing
    filing: Filing
    settlement: Settlement
    other_enrolment: Enrolment
    other_filing: Filing
    other_settlement: Settlement
    statement: Statement

    @property
    def sheet(self) -> Sheet:
        return Sheet.objects.get()

    def part(self, province: str) -> ProvinceSheet:
        return ProvinceSheet.objects.get(province=province)

    @property
    def row(self) -> SheetRow:
        return SheetRow.objects.get(home="410000")

    def notice(self, province: str) -> Notice:
        return Notice.objects.get(province=province)


def insured(area: str, name: str, certificate: str, born_on: date, number: str = "1") -> Enrolment:
    """Somebody retired whose person number tells nothing of the certificate."""
    enrolment = stories.insured(area, name, certificate, born_on, "retired", "300.00")
    enrolment.person.person_number = f"{area}{number:0>10}"
    enrolment.person.save()
    return enrolment


def small_month(hospital: Institution) -> SmallMonth:
    """September 2026, with its statement drawn up."""
    stories.publish()
    mine = insured("411600", "王周口", CERTIFICATE, date(1960, 1, 1))
    other = insured("340100", "李合肥", OTHER_CERTIFICATE, date(1965, 5, 5))
    proof = {Material.RESIDENCE_PROOF}
    filing = stories.file(mine, Category.LONG_TERM_RESIDENT, "110000", proof)
    other_filing = stories.file(other, Category.LONG_TERM_RESIDENT, "110000", proof)
    wanted = stories.application(mine, Category.OTHER_TEMPORARY, "310000", set())
    waiting = filing_intake.apply(wanted, by=None, at=at("2026-09-01 09:00"))
    settlement = stories.visit(
        mine, hospital, "outpatient", "2026-09-03 10:00", in_scope="200.00", out_of_scope="10.00"
    )
    other_settlement = stories.visit(other, hospital, "outpatient", "2026-09-04 10:00", in_scope="80.00")
    statements.draw(Month.parse("2026-09"), at("2026-10-01 00:10"))
    statement = stories.statement_of(hospital, "2026-09")
    return SmallMonth(mine, waiting, filing, settlement, other, other_filing, other_settlement, statement)


def cleared_month(hospital: Institution, *, confirmed: bool = True) -> SmallMonth:
    """The same month with its sheet, and where confirmed with its notices."""
    month = small_month(hospital)
    stories.agree(month.statement, "2026-10-12 10:00")
    sheet = closing.close(Month.parse("2026-09"), at("2026-10-21 00:10"))
    if confirmed:
        stories.confirm_all(sheet, "2026-10-23 10:00")
        notices.publish(sheet, at("2026-10-31 00:20"))
    return month
