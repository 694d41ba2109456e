"""A policy is filed by one and published by another, never two for one day, and never changed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from common.transitions import Refused
from registry.enums import Role
from registry.models import Agency, Staff
from settlement import published_policies
from settlement.enums import PolicyStatus
from settlement.models import Policy
from settlement.policy_file import BadPolicy
from tests.conftest import at
from tests.stories import HEFEI, refused_without_trace, traveller

pytestmark = pytest.mark.django_db
NOW = at("2026-08-01 09:00")


def staff(username: str, agency: str = "340100", role: str = Role.SUPERVISOR) -> Staff:
    return Staff.objects.create(username=username, name=username, role=role, agency=Agency.objects.get(pk=agency))


def text(since: str = "2023-01-01", until: str = "null", title: str = "测试政策") -> str:
    return (
        HEFEI.replace("valid_from: 2023-01-01", f"valid_from: {since}")
        .replace("valid_until: null", f"valid_until: {until}")
        .replace("合肥市职工医保异地待遇（测试）", title)
    )


def draft(given: str = HEFEI, by: Staff | None = None) -> Policy:
    [policy] = published_policies.file_drafts([("hefei.yaml", given)], by=by, at=NOW)
    return policy


def published(given: str) -> Policy:
    return published_policies.publish(draft(given), by=None, at=NOW)


def test_a_file_is_kept_as_a_draft_and_to_the_letter() -> None:
    author = staff("author")
    policy = draft(by=author)
    assert (policy.status, policy.proposed_by, policy.text) == (PolicyStatus.DRAFT, author, HEFEI)
    assert (policy.area_id, policy.insurance, policy.valid_from) == ("340100", "employee", date(2023, 1, 1))


def test_a_draft_is_not_in_force() -> None:
    draft()
    with pytest.raises(Refused, match="没有生效的"):
        published_policies.in_force(traveller(), date(2026, 9, 1))


def test_the_same_file_twice_is_one_draft() -> None:
    assert draft() == draft()
    assert Policy.objects.filter(area="340100").count() == 1


def test_a_second_person_publishes() -> None:
    author, approver = staff("author"), staff("approver")
    policy = published_policies.publish(draft(by=author), by=approver, at=NOW)
    assert (policy.status, policy.approved_by, policy.published_at) == (PolicyStatus.PUBLISHED, approver, NOW)
    assert published_policies.in_force(traveller(), date(2026, 9, 1)) == policy


def refused(policy: Policy, by: Staff | None = None) -> Refused:
    refusal = refused_without_trace(lambda: published_policies.publish(policy, by=by, at=NOW), Refused)
    assert refusal.remedy
    return refusal


def test_the_author_does_not_publish() -> None:
    author = staff("author")
    policy = draft(by=author)
    assert refused(policy, author).field == "approved_by"
    policy.refresh_from_db()
    assert policy.status == PolicyStatus.DRAFT


@pytest.mark.parametrize(
    ("agency", "may"), [("340100", True), ("340000", True), ("100000", True), ("340200", False), ("410000", False)]
)
def test_the_areas_own_office_its_provinces_or_the_nations_publishes(agency: str, may: bool) -> None:
    policy, approver = draft(by=staff("author")), staff("approver", agency)
    if may:
        assert published_policies.publish(policy, by=approver, at=NOW).approved_by == approver
    else:
        assert refused(policy, approver).field == "approved_by"


def test_published_twice_is_refused() -> None:
    policy = published(HEFEI)
    assert refused(policy).field == "status"


@pytest.mark.parametrize(
    ("since", "until", "overlaps"),
    [
        ("2026-06-30", "null", True),
        ("2026-07-01", "null", False),
        ("2025-01-01", "2025-12-31", False),
        ("2025-01-01", "2026-01-01", True),
        ("2026-03-01", "2026-03-31", True),
        ("2025-01-01", "null", True),
    ],
)
def test_two_policies_never_hold_on_one_day(since: str, until: str, overlaps: bool) -> None:
    published(text("2026-01-01", "2026-06-30"))
    other = draft(text(since, until, "另一份"))
    if overlaps:
        assert refused(other).field == "valid_from"
    else:
        assert published_policies.publish(other, by=None, at=NOW).status == PolicyStatus.PUBLISHED


def test_a_later_file_ends_an_open_one_the_day_before() -> None:
    first = published(text("2026-01-01", "null"))
    published(text("2026-07-01", "null", "修订"))
    first.refresh_from_db()
    assert first.valid_until == date(2026, 6, 30)


def test_what_comes_with_the_portal_follows_on_too() -> None:
    first, second = text("2026-01-01", "null"), text("2026-07-01", "null", "修订")
    assert published_policies.put_in_force([("b", second), ("a", first)], NOW) == 2
    assert published_policies.put_in_force([("a", first), ("b", second)], NOW) == 0
    ends = Policy.objects.filter(area="340100").order_by("valid_from").values_list("valid_until", flat=True)
    assert list(ends) == [date(2026, 6, 30), None]


def test_a_file_from_the_same_day_does_not_replace_a_published_one() -> None:
    published(text("2026-01-01", "null"))
    assert refused(draft(text("2026-01-01", "null", "另一份"))).field == "valid_from"


def test_each_day_has_its_own_policy() -> None:
    first, second = published(text("2026-01-01", "2026-06-30")), published(text("2026-07-01", title="下半年"))
    enrolment = traveller()
    assert published_policies.in_force(enrolment, date(2026, 6, 30)) == first
    assert published_policies.in_force(enrolment, date(2026, 7, 1)) == second
    with pytest.raises(Refused):
        published_policies.in_force(enrolment, date(2025, 12, 31))


def test_every_fault_of_every_file_is_named_and_nothing_is_kept() -> None:
    first = HEFEI.replace('"0.50"', '"1.50"').replace("insurance: employee", "insurance: both")
    second = HEFEI.replace("title:", "titel:")
    files = [("first.yaml", first), ("second.yaml", second)]
    bad = refused_without_trace(lambda: published_policies.file_drafts(files, by=None, at=NOW), BadPolicy)
    told = [str(fault) for fault in bad.faults]
    assert {fault.file for fault in bad.faults} == {"first.yaml", "second.yaml"}
    assert sum("first.yaml" in line for line in told) >= 2


def test_an_unknown_area_is_a_fault() -> None:
    bad = refused_without_trace(lambda: draft(HEFEI.replace("340100", "990100")), BadPolicy)
    assert "没有统筹地区 990100" in str(bad.faults[0])


# The command


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "hefei.yaml"
    path.write_text(HEFEI, encoding="utf-8")
    return str(path)


def failed(*args: Any, **options: Any) -> CommandError:
    error = refused_without_trace(lambda: call_command("import_policy", *args, **options), CommandError)
    assert error.returncode == 1
    return error


def test_import_keeps_a_draft(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_policy", file)
    assert "草稿 合肥市职工医保异地待遇（测试）" in capsys.readouterr().out
    assert Policy.objects.get(area="340100").status == PolicyStatus.DRAFT


def test_import_publishes_with_two_people(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    staff("author")
    staff("approver")
    call_command("import_policy", file, publish=True, proposed_by="author", approved_by="approver")
    assert "已发布" in capsys.readouterr().out
    call_command("import_policy", file, publish=True, proposed_by="author", approved_by="approver")
    assert Policy.objects.get(area="340100").status == PolicyStatus.PUBLISHED


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ({}, "缺少 --proposed-by"),
        ({"proposed_by": "author"}, "缺少 --approved-by"),
        ({"proposed_by": "author", "approved_by": "author"}, "拟稿人不能发布"),
        ({"proposed_by": "author", "approved_by": "nobody"}, "没有用户 nobody"),
        ({"proposed_by": "author", "approved_by": "clerk"}, "没有发布待遇政策的权限"),
        ({"proposed_by": "author", "approved_by": "elsewhere"}, "不属于合肥市"),
    ],
)
def test_import_says_who_is_missing_and_keeps_nothing(file: str, people: dict[str, str], words: str) -> None:
    staff("author")
    staff("clerk", role=Role.CLERK)
    staff("elsewhere", "340200")
    assert words in str(failed(file, publish=True, **people))


def test_import_names_every_fault_of_every_file_and_keeps_nothing(file: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(HEFEI.replace('"0.50"', '"1.50"').replace("title:", "titel:"), encoding="utf-8")
    told = str(failed(file, str(bad)))
    assert told.startswith("政策文件有误，未导入：")
    assert told.count("bad.yaml") >= 2
