"""What a month is generated in: areas with their policies in force, cities with their institutions, clerks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from common.dates import Month
from common.transitions import Refused
from config.generate import actors
from config.generate.chance import Draw, Thing
from config.generate.figures import LEVELS_OF_STAY, LEVELS_OF_VISIT
from config.generate.flows import area_weight, flows
from config.generate.order import Order
from config.generate.places import INSTITUTIONS, City, cities
from registry.enums import Insurance, Service
from registry.models import Agency, Institution, InstitutionAgreement, InstitutionService, PoolingArea
from settlement import published_policies
from settlement.enums import PolicyStatus
from settlement.models import Policy
from settlement.rules import policy as compiled

SHARDS = 16  # fixed, so that the rows are the same whatever the number of processes
FEWEST_INSTITUTIONS, VISITS_OF_AN_INSTITUTION = 160, 50  # a small month takes place in the larger cities


@dataclass(frozen=True)
class PolicyInForce:
    """A published policy by its row."""

    id: int
    digest: str
    valid_from: date
    valid_until: date | None

    @property
    def rules(self) -> compiled.Policy:
        return published_policies.rules_of(self.id, self.digest)


@dataclass(frozen=True)
class Home:
    """A pooling area as its people leave it."""

    code: str
    province: str
    office: str
    services: frozenset[str]
    policies: dict[str, tuple[PolicyInForce, ...]]
    clerk: int
    weight: int

    def policy(self, insurance: str, on: date) -> PolicyInForce:
        """The policy in force on the day; there is one, or the month was refused."""
        for policy in self.policies[insurance]:
            if policy.valid_from <= on and (policy.valid_until is None or on <= policy.valid_until):
                return policy
        raise LookupError(f"{self.code} {insurance} {on}")

    def covers(self, insurance: str, on: date, services: Iterable[str]) -> bool:
        """Whether the area's policy and its openings cover all of the services."""
        return self.services >= set(services) <= set(self.policy(insurance, on).rules.benefits)


@dataclass(frozen=True)
class Place:
    """An institution where people are treated."""

    code: str
    area: str
    province: str
    level: str


@dataclass(frozen=True)
class Town:
    """A city with its institutions, drawn by service and level."""

    region: str
    area: str
    province: str
    by_service: dict[str, dict[str, Draw[Place]]] = field(repr=False)

    def levels(self, service: str) -> dict[str, Draw[Place]]:
        return self.by_service[service]


@dataclass(frozen=True)
class World:
    """Everything that persons and visits are drawn from."""

    homes: tuple[Home, ...]
    towns: dict[str, Draw[Town]]  # by host province
    hosts: dict[str, Draw[str]]  # by home province

    def shard(self, number: int) -> tuple[Home, ...]:
        """The home areas of one shard: each policy is read by one process only."""
        return self.homes[number::SHARDS]

    def shares(self) -> list[int]:
        """The weight before each shard, and of all."""
        bounds = [0]
        for number in range(SHARDS):
            bounds.append(bounds[-1] + sum(home.weight for home in self.shard(number)))
        return bounds


def read_world(order: Order) -> World:
    """The world as the database has it; Refused where an area has no policy for the month."""
    month = order.period
    in_use = max(FEWEST_INSTITUTIONS, min(INSTITUTIONS, order.settlements // VISITS_OF_AN_INSTITUTION))
    return World(_homes(month), _towns(month, in_use), {home: Draw(weights) for home, weights in flows().items()})


LEVELS = {
    Service.INPATIENT.value: Draw(LEVELS_OF_STAY),
    Service.OUTPATIENT.value: Draw(LEVELS_OF_VISIT),
    Service.CHRONIC.value: Draw(LEVELS_OF_VISIT),
    Service.PHARMACY.value: Draw({"primary": 1}),
}


def _homes(month: Month) -> tuple[Home, ...]:
    areas = sorted(PoolingArea.objects.all(), key=lambda area: area.code)
    by_province: dict[str, int] = {}
    for area in areas:
        by_province[area.province_id] = by_province.get(area.province_id, 0) + area_weight(area.code)
    sources = {home: sum(weights.values()) for home, weights in flows().items()}
    held, deciding = _policies(month), actors.clerks()
    offices = dict(Agency.objects.filter(level="local").values_list("area_id", "code"))
    _refuse_gaps(areas, held, month)
    homes = [
        Home(
            area.code,
            area.province_id,
            offices[area.code],
            frozenset(service for service in Service.values if area.opens(service)),
            {insurance: held[area.code, insurance] for insurance in Insurance.values},
            deciding[area.code],
            sources[area.province_id] // 1000 * area_weight(area.code) // by_province[area.province_id],
        )
        for area in areas
    ]
    # The heaviest first, so that the shards are alike.
    return tuple(sorted(homes, key=lambda home: (-home.weight, home.code)))


def _policies(month: Month) -> dict[tuple[str, str], tuple[PolicyInForce, ...]]:
    held: dict[tuple[str, str], list[PolicyInForce]] = {}
    published = Policy.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=month.first), status=PolicyStatus.PUBLISHED, valid_from__lte=month.last
    )
    columns = ("area_id", "insurance", "pk", "digest", "valid_from", "valid_until")
    for area, insurance, *row in published.order_by("valid_from", "pk").values_list(*columns):
        held.setdefault((area, insurance), []).append(PolicyInForce(*row))
    return {key: tuple(policies) for key, policies in held.items()}


def _refuse_gaps(
    areas: list[PoolingArea], held: dict[tuple[str, str], tuple[PolicyInForce, ...]], month: Month
) -> None:
    wanting = [
        f"{area.name}{Insurance(insurance).label}"
        for area in areas
        for insurance in Insurance.values
        if not _holds_all(held.get((area.code, insurance), ()), month)
    ]
    if wanting:
        named = "、".join(wanting[:3])
        raise Refused(
            f"{month} 有 {len(wanting)} 个统筹区险种没有整月生效的待遇政策，例如{named}。",
            field="policy",
            remedy="生成的费用须按待遇政策计算；请先发布政策，或以 DEMO=1 运行（补上演示政策）。",
        )


def _holds_all(policies: tuple[PolicyInForce, ...], month: Month) -> bool:
    """Whether exactly one policy holds on each day of the month."""
    days = [month.day(n) for n in range(1, month.last.day + 1)]
    return all(
        sum(policy.valid_from <= on and (policy.valid_until is None or on <= policy.valid_until) for policy in policies)
        == 1
        for on in days
    )


def _towns(month: Month, in_use: int) -> dict[str, Draw[Town]]:
    """The cities of each province, the largest ones only where fewer institutions are in use; likewise within each."""
    levels = dict(InstitutionAgreement.objects.in_force(month.first).values_list("institution_id", "level"))
    services: dict[str, set[str]] = {}
    for code, service in InstitutionService.objects.in_force(month.first).values_list("institution_id", "service"):
        services.setdefault(code, set()).add(service)
    by_region: dict[str, list[Institution]] = {}
    for institution in sorted(Institution.objects.all(), key=lambda institution: institution.code):
        if institution.code in levels:
            by_region.setdefault(institution.region_id, []).append(institution)
    by_province: dict[str, list[City]] = {}
    for city in sorted(cities(), key=lambda city: (-city.weight, city.region)):
        by_province.setdefault(city.area.province_id, []).append(city)
    towns = {}
    for province, largest_first in by_province.items():
        weighed = []
        for city in _first(largest_first, in_use):
            there = by_region.get(city.region, [])
            kinds = ([place for place in there if place.code.startswith(kind)] for kind in "HP")
            used = [place for kind in kinds for place in _first(kind, in_use)]
            weighed.append((_town(city, used, levels, services), city.weight))
        towns[province] = Draw(weighed)
    return towns


def _first(all_of_them: list[Thing], in_use: int) -> list[Thing]:
    """The first of them, as many as the institutions in use are of all; one at least."""
    return all_of_them[: max(1, len(all_of_them) * in_use // INSTITUTIONS)]


def _town(city: City, there: list[Institution], levels: dict[str, str], services: dict[str, set[str]]) -> Town:
    by_service: dict[str, dict[str, Draw[Place]]] = {}
    for service in Service.values:
        by_level: dict[str, list[tuple[Place, int]]] = {}
        for institution in there:
            if service in services.get(institution.code, ()):
                level = levels[institution.code]
                place = Place(institution.code, institution.area_id, institution.province_id, level)
                ranked = by_level.setdefault(level, [])
                ranked.append((place, 24 // (len(ranked) + 1) + 4))  # the first is the largest
        by_service[service] = {level: Draw(ranked) for level, ranked in by_level.items()}
    return Town(city.region, city.area.code, city.area.province_id, by_service)
