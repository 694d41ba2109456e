"""The consistency doctor finds nothing where nothing is wrong, whatever stage a month is in."""

from datetime import timedelta

import pytest

from common.cases import StatusChange
from common.transitions import digest, history
from config.books import CHECKS, examine, require_consistency
from registry.models import Institution
from settlement.models import Statement
from tests import returned_month, small_month, stories
from tests.conftest import at

pytestmark = pytest.mark.django_db


def broken() -> dict[str, list[object]]:
    return {finding.name: list(finding.rows) for finding in examine() if not finding.holds}


def test_nothing_is_wrong_with_an_empty_portal() -> None:
    assert broken() == {}


def test_nothing_is_wrong_with_a_month_that_is_drawn_up(hospital: Institution) -> None:
    small_month.small_month(hospital)
    assert broken() == {}


@pytest.mark.parametrize("confirmed", [False, True])
def test_nothing_is_wrong_with_a_cleared_month(hospital: Institution, confirmed: bool) -> None:
    small_month.cleared_month(hospital, confirmed=confirmed)
    assert broken() == {}


def test_nothing_is_wrong_with_delays_returns_and_emergencies() -> None:
    month = returned_month.returned()
    assert broken() == {}
    assert require_consistency() == {"检查": len(CHECKS), "不符": 0}
    for period in ("2026-09", "2026-10", "2026-11", "2026-12"):
        assert require_consistency(period)["不符"] == 0
    assert month.refund is not None and month.refund.returned


def test_a_bill_that_came_after_the_statement_was_drawn_is_nothing_wrong(hospital: Institution) -> None:
    month = small_month.small_month(hospital)
    stories.late_visit("2026-10-05 09:00", month.other_enrolment, hospital, "2026-09-30 09:00", in_scope="30.00")
    late = stories.open_hospital("H11010100007", "119900", "110000")
    stories.late_visit("2026-10-25 09:00", month.other_enrolment, late, "2026-09-29 09:00", in_scope="30.00")
    stories.run_until("2026-10-31 01:00")
    assert broken() == {}


def test_a_statement_beyond_the_limit_is_nothing_wrong(hospital: Institution) -> None:
    month = small_month.small_month(hospital)
    stories.run_until("2027-01-31 01:00")
    month.statement.refresh_from_db()
    assert month.statement.status == "over_limit"
    assert broken() == {}


def test_the_database_takes_the_same_digests_as_the_portal(hospital: Institution) -> None:
    statement = small_month.small_month(hospital).statement
    last, moments = history(statement).get(), at("2026-10-01 00:10")
    for turn in range(1, 301):
        moments += timedelta(days=turn % 3, microseconds=turn * 7_919_013)
        entry = StatusChange(
            case_kind=Statement.kind(), case_id=statement.pk, sequence=last.sequence + 1, verb="说“好”\\\n\t\r\b\f\x01\x7f/",
            from_status=last.to_status, to_status=statement.status, at=moments, by=None,
            why="\u2028 \"引号\" 𠮷 é </script> ' %s {}", previous_digest=last.digest,
        )  # fmt: skip
        entry.digest = digest(entry)
        entry.save()
        last = entry
    assert broken() == {}


def test_every_check_has_a_name_of_its_own_a_sentence_and_an_article() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.sentence.endswith("。") and check.article.startswith("规程第") for check in CHECKS)
