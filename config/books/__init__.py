"""The consistency doctor (一致性检查): what must hold in the books at any moment, each invariant under its name.

Every check is one question to the database that is answered with the rows where the invariant is broken, and with
nothing where it holds. Nothing is changed, and no identity number is ever shown.
"""

from config.books import cases, filings, notices, persons, settlements, sheets, statements
from config.books.check import Broken, Check, Finding
from config.books.check import examine as _examine

CHECKS: tuple[Check, ...] = (
    *settlements.CHECKS,
    *statements.CHECKS,
    *sheets.CHECKS,
    *notices.CHECKS,
    *persons.CHECKS,
    *filings.CHECKS,
    *cases.CHECKS,
)

__all__ = ["CHECKS", "Broken", "Check", "Finding", "examine", "require_consistency"]


def examine(month: str | None = None, *, most: int = 20, using: str = "default") -> list[Finding]:
    """A finding for each check, in order; ``month`` (``2026-09``) limits every check to that period.

    Of a broken invariant at most ``most`` rows are brought along; they are all counted.
    """
    return [_examine(check, month, most, using) for check in CHECKS]


def require_consistency(month: str | None = None) -> dict[str, int]:
    """The counts of an examination, as the schedule keeps them; raises ``Broken`` with the names of what is broken."""
    findings = examine(month)
    if broken := [finding for finding in findings if not finding.holds]:
        raise Broken(broken)
    return {"检查": len(findings), "不符": 0}
