"""The pooling areas (统筹地区): whose fund pays for whom, and to which area a place belongs."""

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from registry.reference.regions import regions_by_code
from registry.reference.tables import read_table

Kind = Literal["prefecture", "province_level", "municipality", "corps"]


@dataclass(frozen=True)
class AreaRow:
    """A pooling area as it is published; ``also_serves`` are regions of other prefectures, or abolished ones."""

    code: str
    name: str
    province: str
    kind: Kind
    province_pooled: bool
    services: tuple[str, ...]
    self_service: bool
    also_serves: tuple[str, ...]
    source: str


# 解释: 367 areas stand here where 396 were counted in 2022: the divisions of the Corps and the cities of Hainan and
# Tibet are one area each with their province, as article 11 lets people file to it.
# 解释: every area is taken to have opened all four services; self-service is set only where it was reported. Both are
# the area's own to change.
@cache
def areas() -> tuple[AreaRow, ...]:
    """Every pooling area by code."""
    return tuple(_area(cells) for cells in read_table("pooling_areas.csv"))


def area_serving(region: str) -> AreaRow:
    """The area that pools the people of a region by its GB/T 2260 code; LookupError where there is none.

    A province answers only where it is one area; elsewhere its own area (省本级) pools its employees, not a place.
    """
    by_region = _areas_by_region()
    place: str | None = region
    while place is not None:
        if place in by_region:
            return by_region[place]
        known = regions_by_code().get(place)
        place = known.parent if known else None
    raise LookupError(f"区划{region}没有对应的统筹地区，请核对区划代码")


@cache
def _areas_by_region() -> dict[str, AreaRow]:
    pooled = {area.province: area for area in areas() if area.province_pooled}
    apart = {region: area for area in areas() for region in area.also_serves}
    return {area.code: area for area in areas() if area.kind == "prefecture"} | apart | pooled


def _area(cells: dict[str, str]) -> AreaRow:
    return AreaRow(
        code=cells["code"],
        name=cells["name"],
        province=cells["province"],
        kind=cast(Kind, cells["kind"]),
        province_pooled=cells["province_pooled"] == "1",
        services=tuple(cells["services"].split("|")),
        self_service=cells["self_service"] == "1",
        also_serves=tuple(code for code in cells["also_serves"].split("|") if code),
        source=cells["source"],
    )
