"""The invented persons: who they are, where they are insured, where they go, and for what."""

from dataclasses import dataclass
from datetime import date
from random import Random

from common.dates import Month
from config.generate import figures
from config.generate.chance import Draw, below, happens, lognormal, lognormal_table
from config.generate.world import Home, Place, Town, World
from filings.enums import Category
from registry.certificates import certificate_digest
from registry.enums import Insurance, PersonType, Service

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
CHECK_DIGITS = "10X98765432"
CYCLE = 48  # months until birth days come round again
INSURED_SINCE = date(2020, 1, 1)

_SERVICES = {
    insurance: Draw(
        {
            str(service.value): share * (employees if insurance == Insurance.EMPLOYEE else 100 - employees)
            for service, share in figures.SERVICES.items()
            for employees in (figures.EMPLOYEES[service],)
        }
    )
    for insurance in Insurance
}
_INSURANCE = Draw(
    {
        Insurance.EMPLOYEE: sum(share * figures.EMPLOYEES[service] for service, share in figures.SERVICES.items()),
        Insurance.RESIDENT: sum(
            share * (100 - figures.EMPLOYEES[service]) for service, share in figures.SERVICES.items()
        ),
    }
)
_TYPES = {insurance: Draw(types) for insurance, types in figures.PERSON_TYPES.items()}
_AIDS, _DISEASES = Draw(figures.AIDS), Draw(figures.DISEASES)
_OTHERS = {Insurance.EMPLOYEE: Insurance.RESIDENT, Insurance.RESIDENT: Insurance.EMPLOYEE}
_FILES = {kind: Draw(categories) for kind, categories in figures.CATEGORIES.items()}


@dataclass(slots=True)
class Traveller:
    """A person of the month, with the services of the visits to come; the balance is the account's before them, in fen."""

    home: Home
    insurance: str
    kind: str
    category: str  # of the filing; emergency where there is none
    town: Town
    born_on: date
    sex: str
    number: str
    name: str
    certificate: str
    aid: str
    insured_months: int
    balance: int
    disease: str
    services: list[str]

    @property
    def digest(self) -> str:
        return certificate_digest(self.certificate)

    @property
    def insured_since(self) -> date:
        return max(INSURED_SINCE, self.born_on)

    def place(self, random: Random, service: str, wanted: str) -> Place:
        """An institution of the city for the service, of the wanted level where it has one."""
        levels = self.town.levels(service)
        return (levels.get(wanted) or levels[min(levels, key=_RANK.__getitem__)])(random)


_RANK = {"tertiary": 0, "secondary": 1, "primary": 2}


class People:
    """Whom a shard draws its persons from."""

    def __init__(self, random: Random, world: World, homes: Draw[Home], month: Month) -> None:
        self.random, self.world, self.homes, self.month = random, world, homes, month

    def next(self, running: int, visits: int) -> Traveller:
        """The next person, with so many visits; ``running`` counts the persons of the month."""
        random, month, home = self.random, self.month, self.homes(self.random)
        insurance = _INSURANCE(random)
        services = [_SERVICES[insurance](random) for _ in range(visits)]
        if not home.covers(insurance, month.first, services):
            insurance = _OTHERS[insurance]
        kind = _TYPES[insurance](random)
        born_on = _birthday(random, month, kind)
        certificate = identity_number(born_on, running)
        emergency = happens(random, figures.EMERGENCIES)
        if emergency:
            services = [service if service == "inpatient" else "outpatient" for service in services]
        adult_months = max(1, min(480, (month.first - born_on).days // 30 - 216))
        return Traveller(
            home=home,
            insurance=insurance.value,
            kind=kind.value,
            category=Category.EMERGENCY.value if emergency else _FILES[kind](random).value,
            town=self.world.towns[self.world.hosts[home.province](random)](random),
            born_on=born_on,
            sex="1" if int(certificate[16]) % 2 else "2",
            number=f"{home.code}{month.year % 100:02d}{month.month:02d}{running:08d}",
            name=f"{SURNAMES[below(random, len(SURNAMES))]}演示{running:06d}",
            certificate=certificate,
            aid=_AIDS(random).value if insurance == Insurance.RESIDENT else "none",
            insured_months=1 + below(random, adult_months),
            balance=_balance(random) if insurance == Insurance.EMPLOYEE else 0,
            disease=_DISEASES(random) if Service.CHRONIC.value in services else "",
            services=services,
        )


def identity_number(born_on: date, running: int) -> str:
    """A number right in form whose region, 99…, was never assigned, so that it is nobody's.

    Different persons of a month differ in it, whatever their birthday; different months have different birthdays.
    """
    body = f"99{running // 1000 % 10_000:04d}{born_on:%Y%m%d}{running % 1000:03d}"
    return body + CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def _birthday(random: Random, month: Month, kind: str) -> date:
    youngest, oldest = figures.AGES[PersonType(kind)]
    days = 365 * (oldest - youngest) + 364
    age = youngest * 366 + below(random, days)
    born = month.first.toordinal() - age - CYCLE - 31
    return date.fromordinal(born - born % CYCLE + (month.year * 12 + month.month) % CYCLE)


def _balance(random: Random) -> int:
    mean, sigma = figures.ACCOUNTS
    return lognormal(random, lognormal_table(sigma), mean)
