"""The demo month: filings, visits, agreements, the sheet, confirmations and notices, each act on its day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.utils import timezone

from clearing import workflow as clearing_workflow
from clearing.enums import ConfirmationStatus
from clearing.models import ProvinceSheet
from common.dates import Month
from common.money import split, to_fen
from common.scheduling import run_due
from config.demo import people
from config.schedule import MONTH_JOBS, SCHEDULE, first_day
from filings import intake as filing_intake
from filings import workflow as filing_workflow
from filings.enums import LONG_TERM, Category, Channel, Material, Status
from filings.messages import Application
from filings.models import Filing
from filings.rules import MATERIALS
from registry.enums import Insurance, Level, Role, Service
from registry.models import Enrolment, Institution, PoolingArea
from settlement import intake, published_policies, statements
from settlement.demo_policies import demo_policy_text
from settlement.enums import ExpenseCategory, InpatientType, StatementStatus
from settlement.models import Policy, Settlement, Statement

SEED = 20220630
POLICY_FROM = date(2023, 1, 1)
LATE = "H11010100001"  # hospital.beijing has not looked at its statement yet: a visitor may


@dataclass
class Demo:
    """What one load of the demo works with."""

    now: datetime
    month: Month
    random: Random
    sent: int = 0

    def moment(self, day: date, hour: int = 0, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_default_timezone())


def load(now: datetime, say: Callable[[str], None]) -> None:
    """Load the demo: the month before the current one, run through to its notices; what is there already stays."""
    demo = Demo(now, Month.of(timezone.localdate(now)).previous(), Random(SEED))  # noqa: S311 - invented people
    if Settlement.objects.exists():
        people.staff()  # the password may be a new one
    else:
        with transaction.atomic():
            people.staff()
            _publish_policies(now)
            people.fiscal_accounts()
            institutions = people.institutions()
            filed = _file(demo, people.persons(demo.random))
            _settle(demo, filed, institutions)
        say(f"备案 {len(filed)} 件，结算 {Settlement.objects.count()} 笔")
    demo.month = Month.parse(Settlement.objects.earliest("settled_on").period)
    _run_the_month(demo)
    if not Filing.objects.filter(status=Status.SUBMITTED).exists():
        _leave_work(demo)
    say(f"{demo.month} 期对账、清算、通知书已办至 {demo.month.next().last}")


def _publish_policies(now: datetime) -> None:
    """A demo policy for every area and insurance that has no real one."""
    real = set(Policy.objects.values_list("area_id", "insurance"))
    wanted = [
        (area, insurance)
        for area in PoolingArea.objects.order_by("code")
        for insurance in Insurance.values
        if (area.code, insurance) not in real
    ]
    published_policies.put_in_force(
        [(f"{area}{i}", demo_policy_text(area.code, area.name, i, POLICY_FROM)) for area, i in wanted], now
    )


def _file(demo: Demo, enrolments: list[Enrolment]) -> list[tuple[Enrolment, Filing]]:
    """Every person files some weeks before the month, and the office at home decides the next day."""
    filed = []
    for enrolment in enrolments:
        category = demo.random.choices(
            [*sorted(LONG_TERM), Category.REFERRAL, Category.OTHER_TEMPORARY], weights=[4, 4, 4, 4, 4]
        )[0]
        start = demo.month.first - timedelta(days=demo.random.randint(5, 60))
        applied = demo.moment(start - timedelta(days=2), 9, demo.random.randint(0, 59))
        filing = filing_intake.apply(_application(demo, enrolment, category, start), by=None, at=applied)
        clerk = people.actor(filing.agency, Role.CLERK)
        filing_workflow.accept(filing, by=clerk, at=applied + timedelta(days=1), opinion="材料齐全")
        filed.append((enrolment, filing))
    return filed


def _application(demo: Demo, enrolment: Enrolment, category: str, start: date) -> Application:
    away = [city for _, city, _, _ in people.HOSTS if city[:2] != enrolment.province_id[:2]]
    weights = [6 if city in ("110000", "310000") else 2 for city in away]
    materials = {choice[-1] if category in LONG_TERM else choice[0] for choice in MATERIALS[category]}
    return Application(
        person_number=enrolment.person.person_number,
        insurance=enrolment.insurance,
        category=category,
        destination=demo.random.choices(away, weights=weights)[0],
        valid_from=start,
        channel=demo.random.choice([Channel.NATIONAL_APP, Channel.NATIONAL_MINI_PROGRAM, Channel.WINDOW]),
        materials=frozenset(materials),
    )


def _settle(demo: Demo, filed: list[tuple[Enrolment, Filing]], institutions: list[Institution]) -> None:
    """Visits on the days of the month, in their order; some are emergencies elsewhere, some are taken back."""
    visits = []
    for enrolment, filing in filed:
        for _ in range(demo.random.choice([1, 2, 3, 3, 4])):
            day = demo.month.first + timedelta(days=demo.random.randrange(demo.month.last.day))
            emergency = demo.random.random() < 0.04
            visits.append((day, demo.random.random(), enrolment, filing, emergency))
    settled = []
    for day, _, enrolment, filing, emergency in sorted(visits, key=lambda visit: visit[:2]):
        payload = _visit(demo, enrolment, filing, institutions, day, emergency)
        if payload:
            at = datetime.fromisoformat(payload["settled_at"])
            settled.append(intake.settle(payload["institution_code"], _number(demo, at), payload, at=at))
    for settlement in demo.random.sample([s for s in settled if s.service == Service.OUTPATIENT], 4):
        at = min(settlement.settled_at + timedelta(days=1), demo.moment(demo.month.last, 18))
        payload = {"settlement_number": settlement.number, "reversed_at": at.isoformat(), "reason": "门诊退费"}
        intake.reverse(settlement.institution_id, _number(demo, at), payload, at=at)


def _visit(
    demo: Demo, enrolment: Enrolment, filing: Filing, institutions: list[Institution], day: date, emergency: bool
) -> dict[str, object] | None:
    services = _payable(enrolment, day)
    service = demo.random.choices(list(services), weights=list(services.values()))[0]
    host = filing.host_province_id
    if emergency and service == Service.INPATIENT:
        host = demo.random.choice([i.province_id for i in institutions if i.province_id != enrolment.province_id])
    kind = "P" if service == Service.PHARMACY else "H"
    there = [i for i in institutions if i.province_id == host and i.code.startswith(kind)]
    there = [i for i in there if host != filing.host_province_id or i.region_id == filing.destination_id]
    if enrolment.area_id == "360100":  # the published rule of 南昌 speaks of tertiary hospitals only
        there = [i for i in there if i.agreements.filter(level=Level.TERTIARY).exists()]
    if not there:
        return None
    stay = timedelta(days=demo.random.randint(2, 12) if service == Service.INPATIENT else 0)
    begun_on = max(day - stay, filing.valid_from) if host == filing.host_province_id else day - stay
    charges = _charges(demo, service)
    return {
        "person_number": enrolment.person.person_number,
        "insurance": enrolment.insurance,
        "institution_code": demo.random.choice(there).code,
        "service": service,
        "disease": "M03900" if service == Service.CHRONIC else "",
        "inpatient_type": InpatientType.EMERGENCY if host != filing.host_province_id else InpatientType.ORDINARY,
        "begun_on": begun_on.isoformat(),
        "settled_at": demo.moment(day, demo.random.randint(8, 17), demo.random.randint(0, 59)).isoformat(),
        "total": str(sum(Decimal(charge["amount"]) for charge in charges)),
        "charges": charges,
    }


def _payable(enrolment: Enrolment, on: date) -> dict[str, int]:
    """What the area's policy pays for, with how often it happens."""
    policy = published_policies.in_force(enrolment, on)
    often = {Service.INPATIENT: 3, Service.OUTPATIENT: 5, Service.CHRONIC: 1, Service.PHARMACY: 2}
    benefits = published_policies.rules_of(policy.pk, policy.digest).benefits
    return {service: weight for service, weight in often.items() if service in benefits}


def _charges(demo: Demo, service: str) -> list[dict[str, str]]:
    median = {Service.INPATIENT: 9000, Service.OUTPATIENT: 210, Service.CHRONIC: 900, Service.PHARMACY: 150}[service]
    total = to_fen(Decimal(str(round(demo.random.lognormvariate(0, 0.7) * median, 2))))
    categories = {
        Service.INPATIENT: [ExpenseCategory.BED, ExpenseCategory.EXAMINATION, ExpenseCategory.TREATMENT,
                            ExpenseCategory.SUPPLIES, ExpenseCategory.WESTERN_MEDICINE],
        Service.OUTPATIENT: [ExpenseCategory.CONSULTATION, ExpenseCategory.LABORATORY,
                             ExpenseCategory.WESTERN_MEDICINE],
        Service.CHRONIC: [ExpenseCategory.WESTERN_MEDICINE],
        Service.PHARMACY: [ExpenseCategory.PATENT_MEDICINE],
    }[service]  # fmt: skip
    lines = []
    for category, amount in zip(categories, split(total, range(1, len(categories) + 1)), strict=True):
        outside, over, first, inside = split(amount, [6, 1, 8, 85])
        parts = {"out_of_scope": outside, "over_limit": over, "first_self_pay": first, "in_scope": inside}
        lines.append({"category": category, "amount": str(amount)} | {name: str(part) for name, part in parts.items()})
    return lines


def _number(demo: Demo, at: datetime) -> str:
    demo.sent += 1
    return f"DEMO{at:%Y%m%d%H%M%S}{demo.sent:06d}"


def _run_the_month(demo: Demo) -> None:
    """The calendar opens and closes; hospitals, offices and provinces agree and confirm on their days."""
    after = demo.month.next()
    _tick(demo, demo.moment(after.day(1), 1))
    drawn = Statement.objects.filter(period=str(demo.month), status__in=statements.OPEN, delayed_months=0)
    for statement in drawn.select_related("institution", "agency").order_by("pk"):
        if statement.institution_id == LATE:
            continue
        day = after.day(demo.random.randint(4, 18))
        by = people.institution_actor(statement.institution)
        if statement.status == StatementStatus.DRAWN:
            statements.agree_as_institution(statement, by=by, at=demo.moment(day, 10))
        statements.agree(statement, by=people.actor(statement.agency, Role.CLERK), at=demo.moment(day, 15))
    _tick(demo, demo.moment(after.day(21), 1))
    for part in ProvinceSheet.objects.filter(status=ConfirmationStatus.PENDING).select_related("agency"):
        by = people.actor(part.agency, Role.SUPERVISOR)
        clearing_workflow.confirm(part, by=by, at=demo.moment(after.day(demo.random.randint(22, 24)), 11))
    _tick(demo, demo.moment(after.last, 1))


def _tick(demo: Demo, until: datetime) -> None:
    """Everything up to the moment; of what lies ahead of the present only the month's own jobs."""
    run_due(SCHEDULE, min(until, demo.now), since=first_day())
    if until > demo.now:
        run_due(SCHEDULE, until, since=first_day(), only=MONTH_JOBS)


def _leave_work(demo: Demo) -> None:
    """Some applications wait in the queue of 周口, one of them without its proof."""
    at_home = list(Enrolment.objects.filter(area="411600").select_related("person").order_by("pk"))
    for n, enrolment in enumerate(demo.random.sample(at_home, 7)):
        start = timezone.localdate(demo.now) + timedelta(days=1 + n)
        category = Category.REFERRAL if n % 2 else Category.OTHER_TEMPORARY
        application = _application(demo, enrolment, category, start)
        if n == 3:
            proofless = application.materials - {Material.REFERRAL_PROOF}
            application = application.model_copy(update={"materials": proofless})
        filing_intake.apply(application, by=None, at=demo.now - timedelta(hours=n))
