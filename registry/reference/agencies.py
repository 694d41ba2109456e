"""The offices of the insurance: the national one, one for each province, one for each pooling area (article 4)."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from registry.reference.areas import AreaRow, areas
from registry.reference.regions import RegionRow, provinces

Level = Literal["national", "provincial", "local"]
NATIONAL_CODE = "100000"
CORPS = "660000"
OFFICE = "医疗保险经办机构"


@dataclass(frozen=True)
class AgencyRow:
    """An office: a local one has an area, a provincial one only its province, the national one neither."""

    code: str
    name: str
    level: Level
    parent: str | None
    province: str | None
    area: str | None


@cache
def agencies() -> tuple[AgencyRow, ...]:
    """The tree from the top: each office comes after the one above it."""
    national = AgencyRow(NATIONAL_CODE, "国家级经办机构", "national", None, None, None)
    provincial = [_provincial(province) for province in provinces()]
    names = {office.name for office in provincial}
    return (national, *provincial, *(_local(area, names) for area in areas()))


def _provincial(province: RegionRow) -> AgencyRow:
    name = f"{province.name}{OFFICE}"
    return AgencyRow(province.code, name, "provincial", NATIONAL_CODE, province.code, None)


def _local(area: AreaRow, taken: set[str]) -> AgencyRow:
    name = f"{area.name}{OFFICE}"
    if name in taken:
        name = f"{area.name}本级{OFFICE}"
    # 解释: the Corps' area bears the province's code, which its provincial office has; 669900 is the Corps' own level.
    code = "669900" if area.code == CORPS else area.code
    return AgencyRow(code, name, "local", area.province, area.province, area.code)
