"""The invented hospitals and pharmacies, the same in every month, made where they are not there yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from config.generate.figures import DESTINATIONS
from config.generate.flows import city_weight
from registry.enums import Level, Service
from registry.models import Institution, InstitutionAgreement, InstitutionService, PoolingArea

NETWORKED_SINCE = date(2023, 1, 1)
INSTITUTIONS = 1200
PHARMACIES = 35  # per 100 of those beyond the first hospital and pharmacy of each city
FIRST_LEVELS = (Level.TERTIARY, Level.TERTIARY, Level.SECONDARY, Level.PRIMARY)
DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class City:
    """A city of the host side: its area, the region it is filed to, and how many come."""

    area: PoolingArea
    region: str
    weight: int

    @property
    def prefix(self) -> str:
        """The six digits inside its institutions' codes."""
        if self.region.endswith("0000"):
            return f"{self.region[:2]}0101"
        return f"{self.region[:4]}02" if self.region.endswith("00") else self.region

    @property
    def name(self) -> str:
        return self.area.name.removesuffix("市")


def cities() -> list[City]:
    """Every place that people are filed to: cities, municipalities, and provinces that are one area."""
    areas = [area for area in _areas() if area.province_pooled or area.kind != "province_level"]
    by_province: dict[str, int] = {}
    for area in areas:
        by_province[area.province_id] = by_province.get(area.province_id, 0) + city_weight(area.code)
    return [
        City(
            area,
            area.province_id if area.province_pooled else area.code,
            DESTINATIONS[area.province_id] * 100_000 * city_weight(area.code) // by_province[area.province_id],
        )
        for area in areas
    ]


def make_institutions() -> int:
    """Make the institutions that are not there yet, networked for what they do."""
    wanted = list(_wanted(cities()))
    known = set(Institution.objects.filter(code__in=[row.code for row, _ in wanted]).values_list("code", flat=True))
    made = [(row, level) for row, level in wanted if row.code not in known]
    Institution.objects.bulk_create([row for row, _ in made], batch_size=2000)
    InstitutionAgreement.objects.bulk_create(
        [InstitutionAgreement(institution=row, level=level, valid_from=NETWORKED_SINCE) for row, level in made],
        batch_size=2000,
    )
    InstitutionService.objects.bulk_create(
        [
            InstitutionService(institution=row, service=service, valid_from=NETWORKED_SINCE)
            for row, _ in made
            for service in ([Service.PHARMACY] if row.code.startswith("P") else list(Service)[:3])
        ],
        batch_size=2000,
    )
    return len(made)


def codes() -> list[str]:
    """The codes of all of them."""
    return [row.code for row, _ in _wanted(cities())]


def in_words(n: int) -> str:
    """The number as a hospital's name has it: 一, 十二, 二十."""
    tens, ones = divmod(n, 10)
    start = "" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return start + (DIGITS[ones] if ones or not tens else "")


def _areas() -> list[PoolingArea]:
    return sorted(PoolingArea.objects.all(), key=lambda area: area.code)


def _wanted(places: list[City]) -> Iterator[tuple[Institution, str]]:
    spare, whole, running = INSTITUTIONS - 2 * len(places), sum(city.weight for city in places), 0
    for city in places:
        more = spare * (running + city.weight) // whole - spare * running // whole
        running += city.weight
        pharmacies = 1 + more * PHARMACIES // 100
        where = {"area": city.area, "region_id": city.region, "province_id": city.area.province_id}
        for n in range(1, 2 + more - more * PHARMACIES // 100):
            level = FIRST_LEVELS[n - 1] if n <= len(FIRST_LEVELS) else FIRST_LEVELS[n % 3 + 1]
            name = f"{city.name}演示第{in_words(n)}医院"
            yield Institution(code=f"H{city.prefix}{n:05d}", name=name, **where), level
        for n in range(1, pharmacies + 1):
            name = f"{city.name}演示药店" if n == 1 else f"{city.name}演示第{in_words(n)}药店"
            yield Institution(code=f"P{city.prefix}{n:05d}", name=name, **where), Level.PRIMARY
