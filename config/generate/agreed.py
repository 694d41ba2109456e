"""On which day each institution agrees its month in a generated life: known beforehand, so that all keep to it."""

import zlib
from datetime import date, datetime

from common.dates import Month
from config.generate import figures
from config.generate.rhythm import HOUR, at

FIRST_DAY, LAST_DAY = 4, 18  # institutions agree between these days of the following month
LEFT_TO_VISITORS = "H11010100001"  # whose own person can sign in to the demo, and finds a statement to agree
INSTITUTIONS_HOUR, OFFICES_HOUR = 10, 15
FIRST_CONFIRMATION, LAST_CONFIRMATION, LATE_CONFIRMATION = 22, 24, 27


def is_late(institution: str, period: Month) -> bool:
    """Whether the institution lets day 20 pass, and agrees a month later."""
    return institution == LEFT_TO_VISITORS or _chance("late", institution, period) < figures.LATE_INSTITUTIONS


def agreement_day(institution: str, declared: Month) -> date:
    """The day on which an institution and its office agree what is declared for the period."""
    day = FIRST_DAY + _chance("day", institution, declared) % (LAST_DAY - FIRST_DAY + 1)
    return declared.next().day(day)


def agreed_at(institution: str, period: Month) -> datetime:
    """When both sides have agreed the institution's month."""
    declared = period.next() if is_late(institution, period) else period
    return at(agreement_day(institution, declared), OFFICES_HOUR * HOUR)


def confirmation_day(province: str, period: Month) -> date:
    """The day on which a province confirms its sheet; some are late, none later than month end."""
    if _chance("late", province, period) < figures.LATE_PROVINCES:
        return period.next().day(LATE_CONFIRMATION)
    span = LAST_CONFIRMATION - FIRST_CONFIRMATION + 1
    return period.next().day(FIRST_CONFIRMATION + _chance("day", province, period) % span)


def _chance(*words: object) -> int:
    """A number below a thousand that is always the same for the same words."""
    return zlib.crc32("/".join(map(str, words)).encode()) % 1000
