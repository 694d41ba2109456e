"""The acts the stories are made of: people are insured, file, are treated; hospitals and offices agree; days pass.

They may stand in a test's own transaction or be committed (``committed_db``); they ask for no fixture.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection
from django.utils import timezone

from clearing import workflow as clearing_workflow
from clearing.enums import ConfirmationStatus
from clearing.models import ProvinceSheet, Sheet, SheetRow
from common.scheduling import JobRun, run_due
from common.transitions import Refused
from config.schedule import SCHEDULE, first_day
from filings import intake as filing_intake
from filings import workflow as filing_workflow
from filings.enums import Category, Channel, Material
from filings.messages import Application
from filings.models import Filing
from registry.certificates import certificate_digest
from registry.models import Enrolment, Institution, InsuredPerson, Staff
from settlement import intake, published_policies, statements
from settlement.models import Policy, Settlement, Statement
from tests.conftest import at

# 合肥: half of every outpatient bill, 1 000.00 a year at most, the rest from the account; in hospital 90 % above 500.00.
HEFEI = """
area: "340100"
insurance: employee
title: 合肥市职工医保异地待遇（测试）
valid_from: 2023-01-01
valid_until: null
account: {pays_for: [outpatient]}
benefits:
  outpatient:
    layers:
      - fund: pool
        name: outpatient.pool
        slices: {rows: [{slices: [[null, "0.50"]]}]}
        caps:
          - {per: year, rows: [{amount: "1000"}]}
  inpatient:
    layers:
      - fund: pool
        name: inpatient.pool
        deductible: {per: visit, rows: [{amount: "500"}]}
        slices: {rows: [{slices: [[null, "0.90"]]}]}
"""

# 北京: the policy of the one who travels the other way: 500 deductible, 90 % in hospital; no account.
BEIJING = """
area: "119900"
insurance: employee
title: 北京市职工医保异地住院待遇（测试）
valid_from: 2023-01-01
valid_until: null
benefits:
  inpatient:
    layers:
      - fund: pool
        deductible: {per: visit, rows: [{amount: "500"}]}
        slices: {rows: [{slices: [[null, "0.90"]]}]}
"""

_running = count(1)


def yuan(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


# People and places


def insured(
    area: str, name: str, number: str, born_on: date, kind: str, balance: str, insurance: str = "employee"
) -> Enrolment:
    """Somebody with an insurance, for the most part an employee's."""
    person = InsuredPerson.objects.create(
        person_number=f"{area}{number}",
        name=name,
        certificate_number=number,
        certificate_digest=certificate_digest(number),
        sex="1",
        born_on=born_on,
        home_area_id=area,
    )
    return Enrolment.objects.create(
        person=person,
        insurance=insurance,
        area_id=area,
        person_type=kind,
        account_balance=Decimal(balance),
        valid_from=date(2020, 1, 1),
    )


def somebody(area: str = "340100", balance: str = "0.00") -> Enrolment:
    """One more retired person of 合肥."""
    return insured(area, "某人", f"9900001955{next(_running):08d}", date(1955, 3, 1), "retired", balance)


def open_hospital(code: str, area: str, region: str, *services: str) -> Institution:
    """A tertiary hospital, networked for the services."""
    hospital = Institution.objects.create(code=code, name=f"演示医院{code[-5:]}", area_id=area, region_id=region)
    hospital.agreements.create(level="tertiary", valid_from=date(2023, 1, 1))
    for service in services or ("inpatient", "outpatient"):
        hospital.services.create(service=service, valid_from=date(2023, 1, 1))
    return hospital


def hospital_in_beijing() -> Institution:
    """A hospital of Beijing in which 合肥's people are treated, with their policy in force."""
    publish()
    return open_hospital("H11010100009", "119900", "110000")


def small_hospitals(count: int, settled: str) -> list[Institution]:
    """So many hospitals of Beijing, each with one visit of 100.00, half of it from the pool."""
    hospitals = [open_hospital(f"H110102{n:05d}", "119900", "110000") for n in range(count)]
    for hospital in hospitals:
        visit(traveller(), hospital, "outpatient", settled, in_scope="100.00")
    return hospitals


def publish(text: str = HEFEI) -> Policy:
    """Put a policy in force."""
    [draft] = published_policies.file_drafts([("test.yaml", text)], by=None, at=at("2026-01-01 09:00"))
    return published_policies.publish(draft, by=None, at=at("2026-01-01 10:00"))


# Filing


def application(
    enrolment: Enrolment, category: str, destination: str, materials: set[str], **other: Any
) -> Application:
    """An application through the national app, good from 20 August 2026."""
    fields = {
        "person_number": enrolment.person.person_number,
        "insurance": enrolment.insurance,
        "category": category,
        "destination": destination,
        "valid_from": date(2026, 8, 20),
        "channel": Channel.NATIONAL_APP,
        "materials": frozenset({Material.IDENTITY, Material.FORM, *materials}),
    }
    return Application(**fields | other)


def file(enrolment: Enrolment, category: str, destination: str, materials: set[str], by: Staff | None = None) -> Filing:
    """Apply through the national app on Friday 14 August 2026, and be decided on the Monday after."""
    applied = application(enrolment, category, destination, materials)
    filing = filing_intake.apply(applied, by=None, at=at("2026-08-14 16:00"))
    return filing_workflow.accept(filing, by=by, at=at("2026-08-17 09:30"))


def traveller(area: str = "340100", balance: str = "0.00") -> Enrolment:
    """Somebody of 合肥 who has moved to Beijing and is filed there for good."""
    enrolment = somebody(area, balance)
    file(enrolment, Category.LONG_TERM_RESIDENT, "110000", {Material.RESIDENCE_PROOF})
    return enrolment


# Visits


def bill(enrolment: Enrolment, hospital: Institution, service: str, settled: str, **parts: Any) -> dict[str, Any]:
    """A visit with one line of charges, as its hospital sends it."""
    moment: datetime = at(settled)
    parts = {"out_of_scope": "0.00", "over_limit": "0.00", "first_self_pay": "0.00"} | parts
    begun_on = parts.pop("begun_on", moment.date().isoformat())
    other = {name: parts.pop(name) for name in ("inpatient_type", "use_account", "disease") if name in parts}
    total = str(sum(Decimal(part) for part in parts.values()))
    return {
        "person_number": enrolment.person.person_number,
        "insurance": enrolment.insurance,
        "institution_code": hospital.code,
        "service": service,
        "begun_on": begun_on,
        "settled_at": moment.isoformat(),
        "total": total,
        "charges": [{"category": "09", "amount": total, **parts}],
        **other,
    }


def visit(enrolment: Enrolment, hospital: Institution, service: str, settled: str, **parts: Any) -> Settlement:
    """A visit with one line of charges, settled at a moment in Shanghai."""
    payload = bill(enrolment, hospital, service, settled, **parts)
    return intake.settle(hospital.code, message_number(hospital.code), payload, at=at(settled))


def late_visit(received: str, enrolment: Enrolment, hospital: Institution, settled: str, **parts: Any) -> Settlement:
    """An outpatient visit whose bill reaches the portal later than it was settled."""
    payload = bill(enrolment, hospital, "outpatient", settled, **parts)
    return intake.settle(hospital.code, message_number(hospital.code), payload, at=at(received))


def reverse(settlement: Settlement, moment: str) -> Settlement:
    """Take a settlement back as its hospital does."""
    payload = {"settlement_number": settlement.number, "reversed_at": at(moment).isoformat()}
    sender = settlement.institution_id
    return intake.reverse(sender, message_number(sender), payload, at=at(moment))


def message_number(sender: str) -> str:
    """A number this sender has not used yet."""
    return f"{sender}{next(_running):018d}"


# The month


def run_until(moment: str) -> list[JobRun]:
    """What the schedule does by itself up to a moment."""
    return run_due(SCHEDULE, at(moment), since=first_day())


def statement_of(hospital: Institution, period: str) -> Statement:
    return Statement.objects.get(institution=hospital, period=period)


def agree(statement: Statement, moment: str, by: Staff | None = None) -> Statement:
    """The institution and its office agree, one after the other."""
    statements.agree_as_institution(statement, by=by, at=at(moment))
    return statements.agree(statement, by=by, at=at(moment))


def agree_anew(statement: Statement, moment: str) -> Statement:
    """Agree on what has changed since it was drawn: the first look brings it up to date."""
    try:
        statements.agree_as_institution(statement, by=None, at=at(moment))
    except Refused as news:
        assert news.field == "lines"
        return agree(statement, moment)
    raise AssertionError("nothing has changed")


def agree_everything(moment: str) -> None:
    """Let the schedule run up to a moment at which everybody agrees."""
    run_until(moment)
    for statement in Statement.objects.filter(status="drawn"):
        agree(statement, moment)


def confirm_all(sheet: Sheet, moment: str) -> None:
    """Every province that has figures confirms them."""
    for part in ProvinceSheet.objects.filter(sheet=sheet, status=ConfirmationStatus.PENDING):
        clearing_workflow.confirm(part, by=None, at=at(moment))


def owed(sheet: Sheet) -> dict[tuple[str, str, str, bool], Decimal]:
    """The rows of a sheet by home, host, service and whether they are returned."""
    return {
        (row.home_id, row.host_id, row.service, row.returned): row.amount
        for row in SheetRow.objects.filter(sheet=sheet)
    }


# What is in the database


def row_counts() -> dict[str, int]:
    """How many rows each table holds: nothing written is nothing counted."""
    counts = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_namespace AS space ON space.oid = relnamespace "
            "WHERE nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608
            counts[table] = cursor.fetchone()[0]
    return counts


def refused_without_trace(act: Callable[[], Any], kind: type[Exception]) -> Any:
    """The refusal of an act that wrote nothing."""
    before = row_counts()
    try:
        act()
    except kind as refusal:
        assert row_counts() == before
        return refusal
    raise AssertionError(f"{kind.__name__} was not raised")


def in_shanghai(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"
