"""Who travels where: gravity between provinces, weights of the areas within one."""

from functools import cache
from math import isqrt

from config.generate.figures import CAPITALS, DESTINATIONS, LARGE_CITIES, SOURCES

NEAREST = 120  # km: neighbours do not attract each other without end


@cache
def flows() -> dict[str, dict[str, int]]:
    """For each home province its people's weights by host province; every home adds up to its weight as a source."""
    found = {}
    for home, source in SOURCES.items():
        pull = {host: _pull(home, host) for host in DESTINATIONS if host != home}
        whole = sum(pull.values())
        found[home] = {host: source * 1_000_000 * weight // whole for host, weight in pull.items()}
    return found


def area_weight(code: str) -> int:
    """How many of a province's people an area insures, beside its other areas."""
    if code.endswith("9900"):
        return 30  # the province's own employees, or the whole of a municipality
    if code.endswith("0100"):
        return 160
    return 150 if code in LARGE_CITIES else 60 + int(code) // 100 % 7 * 10


def city_weight(code: str) -> int:
    """How many of those who come to a province come to this city."""
    if code.endswith("0100"):
        return 600
    return 450 if code in LARGE_CITIES else 40


def _pull(home: str, host: str) -> int:
    distance = max(_kilometres(home, host), NEAREST)
    # Distance to the power of −1.25, in whole numbers.
    return DESTINATIONS[host] * 10**9 // (distance * isqrt(isqrt(distance * 10**8)))


def _kilometres(one: str, other: str) -> int:
    north, east = (a - b for a, b in zip(CAPITALS[one], CAPITALS[other], strict=True))
    return isqrt((north * 111) ** 2 + (east * 91) ** 2) // 100
