"""The people who work in the demo, and the invented institutions and insured persons."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random

from django.conf import settings
from django.contrib.auth.hashers import make_password

from registry.certificates import certificate_digest
from registry.enums import Insurance, Level, PersonType, RegionLevel, Role, Service
from registry.models import (
    Agency,
    Enrolment,
    FiscalAccount,
    Institution,
    InstitutionAgreement,
    InstitutionService,
    InsuredPerson,
    PoolingArea,
    Region,
    Staff,
)

NETWORKED_SINCE = date(2023, 1, 1)
UNASSIGNED_REGION = "990000"
FIRST_HOSPITAL = "H11010100001"

LOGINS = (
    ("national.operator", "国家经办业务员", Role.OPERATOR, "100000"),
    ("national.supervisor", "国家经办主管", Role.SUPERVISOR, "100000"),
    ("henan.operator", "河南省业务员", Role.OPERATOR, "410000"),
    ("henan.supervisor", "河南省主管", Role.SUPERVISOR, "410000"),
    ("henan.finance", "河南省财务", Role.FINANCE, "410000"),
    ("beijing.operator", "北京市业务员", Role.OPERATOR, "110000"),
    ("beijing.supervisor", "北京市主管", Role.SUPERVISOR, "110000"),
    ("beijing.finance", "北京市财务", Role.FINANCE, "110000"),
    ("zhoukou.clerk", "周口经办员一", Role.CLERK, "411600"),
    ("zhoukou.clerk2", "周口经办员二", Role.CLERK, "411600"),
    ("zhoukou.supervisor", "周口主管", Role.SUPERVISOR, "411600"),
    ("beijing.clerk", "北京经办员", Role.CLERK, "119900"),
    ("hospital.beijing", "北京演示第一医院医保办", Role.INSTITUTION, FIRST_HOSPITAL),
    ("auditor", "审计员", Role.AUDITOR, "100000"),
    ("admin", "系统管理员", Role.ADMINISTRATOR, "100000"),
)

# Where demo patients are treated: area, city, how many hospitals.
HOSTS = (
    ("119900", "110000", "北京", 4),
    ("319900", "310000", "上海", 4),
    ("330100", "330100", "杭州", 2),
    ("320100", "320100", "南京", 2),
    ("440100", "440100", "广州", 2),
    ("420100", "420100", "武汉", 1),
    ("510100", "510100", "成都", 1),
    ("610100", "610100", "西安", 1),
    ("410100", "410100", "郑州", 1),
)
# Where they are insured: area, how many persons.
HOMES = (
    ("411600", 24),
    ("410100", 10),
    ("340100", 10),
    ("341200", 8),
    ("130100", 8),
    ("130600", 6),
    ("360100", 10),
    ("320300", 8),
    ("370200", 6),
    ("420100", 6),
    ("430100", 6),
    ("520100", 6),
    ("620100", 6),
    ("150100", 6),
    ("119900", 4),
    ("319900", 4),
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"


def staff() -> None:
    """Make the demo logins of the interfaces; their password is DEMO_PASSWORD."""
    password = make_password(settings.DEMO_PASSWORD)
    for username, name, role, organisation in LOGINS:
        belongs = "institution_id" if role == Role.INSTITUTION else "agency_id"
        Staff.objects.update_or_create(
            username=username, defaults={"name": name, "role": role, "password": password, belongs: organisation}
        )


def actor(agency: Agency, role: str) -> Staff:
    """Somebody with the role in the office: a demo login, or an actor who cannot sign in."""
    known = Staff.objects.filter(agency=agency, role=role, is_active=True).order_by("pk").first()
    if known:
        return known
    person = Staff(username=f"demo.{agency.code}.{role}", name=f"{agency.name}（演示）", role=role, agency=agency)
    person.set_unusable_password()
    person.save()
    return person


def institution_actor(institution: Institution) -> Staff:
    """The institution's own person."""
    known = Staff.objects.filter(institution=institution, is_active=True).first()
    if known:
        return known
    name = f"{institution.name}医保办"
    person = Staff(username=f"demo.{institution.code}", name=name, role=Role.INSTITUTION, institution=institution)
    person.set_unusable_password()
    person.save()
    return person


def institutions() -> list[Institution]:
    """Make hospitals of three levels and a pharmacy per host city, networked for what they do."""
    provinces = dict(PoolingArea.objects.values_list("code", "province_id"))
    made: list[tuple[Institution, str]] = []
    for area, city, name, hospitals in HOSTS:
        prefix = f"{city[:2]}0101" if city.endswith("0000") else f"{city[:4]}02"
        place = {"area_id": area, "region_id": city, "province_id": provinces[area]}
        for n in range(1, hospitals + 1):
            level = (Level.TERTIARY, Level.TERTIARY, Level.SECONDARY, Level.PRIMARY)[n - 1]
            code = f"H{prefix}{n:05d}"
            made.append((Institution(code=code, name=f"{name}演示第{'一二三四'[n - 1]}医院", **place), level))
        code = f"P{prefix}00001"
        made.append((Institution(code=code, name=f"{name}演示药店", **place), Level.PRIMARY))
    Institution.objects.bulk_create(institution for institution, _ in made)
    InstitutionAgreement.objects.bulk_create(
        InstitutionAgreement(institution=institution, level=level, valid_from=NETWORKED_SINCE)
        for institution, level in made
    )
    InstitutionService.objects.bulk_create(
        InstitutionService(institution=institution, service=service, valid_from=NETWORKED_SINCE)
        for institution, _ in made
        for service in ([Service.PHARMACY] if institution.code.startswith("P") else list(Service)[:3])
    )
    return [institution for institution, _ in made]


def fiscal_accounts() -> None:
    """Make an invented receiving account for every province (annex 10)."""
    provinces = Region.objects.filter(level=RegionLevel.PROVINCE, valid_until=None).order_by("code")
    FiscalAccount.objects.bulk_create(
        FiscalAccount(
            province=province,
            account_name=f"{province.name}财政厅（局）社会保障基金财政专户（演示）",
            bank_name=f"演示银行{province.name}分行",
            bank_code=f"{province.code}000000",
            account_number=f"9900{province.code}000001",
            valid_from=NETWORKED_SINCE,
        )
        for province in provinces
    )


def persons(random: Random) -> list[Enrolment]:
    """Make insured persons and their enrolments."""
    enrolments = []
    for number, (area, n) in enumerate(_places(), start=1):
        insurance = Insurance.EMPLOYEE if (n % 3 or area.pk == "360100") else Insurance.RESIDENT
        born_on = date(random.randint(1940, 2000), random.randint(1, 12), random.randint(1, 28))
        kind, balance = _kind(insurance, born_on), Decimal(0)
        if insurance == Insurance.EMPLOYEE:
            balance = Decimal(random.randint(0, 600_000)) / 100
        certificate = identity_number(born_on, number)
        person = InsuredPerson.objects.create(
            person_number=f"{area.pk}{number:010d}",
            name=f"{SURNAMES[number % len(SURNAMES)]}演示{number:03d}",
            certificate_number=certificate,
            certificate_digest=certificate_digest(certificate),
            sex="1" if int(certificate[16]) % 2 else "2",
            born_on=born_on,
            home_area=area,
        )
        enrolments.append(
            Enrolment.objects.create(
                person=person,
                insurance=insurance,
                area=area,
                person_type=kind,
                insured_months=random.randint(24, 420),
                account_balance=balance,
                valid_from=date(2020, 1, 1),
            )
        )
    return enrolments


def identity_number(born_on: date, running: int) -> str:
    """A number right in form whose region was never assigned, so that it is nobody's."""
    body = f"{UNASSIGNED_REGION}{born_on:%Y%m%d}{running % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def _places() -> Iterator[tuple[PoolingArea, int]]:
    areas = PoolingArea.objects.in_bulk([code for code, _ in HOMES])
    for code, count in HOMES:
        for n in range(1, count + 1):
            yield areas[code], n


def _kind(insurance: str, born_on: date) -> str:
    if insurance == Insurance.EMPLOYEE:
        return PersonType.RETIRED if born_on.year < 1966 else PersonType.ACTIVE
    return PersonType.SENIOR if born_on.year < 1960 else PersonType.RESIDENT
