"""The portal as a whole: who finds what in the sidebar, and nothing that nobody decided on."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from common import scope
from common.admin import ScopedAdmin
from common.models import JobRun
from config.demo.people import LOGINS
from registry.models import Staff
from tests.pages import list_url, listed, page_url, signed_in, visitor, words_of

HOME = reverse("admin:index")


def sidebar(client: Client) -> dict[str, list[str]]:
    """The stages a person finds, with their lists."""
    groups = client.get(HOME).context["sidebar_navigation"]
    shown = {group["title"]: [item["title"] for item in group["items"] if item["has_permission"]] for group in groups}
    return {title: items for title, items in shown.items() if title and items}


# Nothing by accident


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_whatever_has_a_page_has_a_scope_and_the_shared_grammar(model: Any) -> None:
    assert scope.is_registered(model)
    assert isinstance(admin.site._registry[model], ScopedAdmin)


def test_groups_and_their_permissions_have_no_page(national_operator: Staff) -> None:
    assert signed_in(national_operator).get("/admin/auth/group/").status_code == 404


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_nobody_reads_a_list_without_signing_in(model: Any, db: None) -> None:
    response = visitor().get(list_url(model))
    assert response.status_code == 302
    assert response.url.startswith(reverse("admin:login"))


# The sidebar


def test_the_sidebar_follows_the_process(national_operator: Staff) -> None:
    assert list(sidebar(signed_in(national_operator))) == [
        "备案", "结算", "对账", "清算", "通知书", "基础信息", "运行",
    ]  # fmt: skip


def test_a_hospital_finds_settlements_and_statements(hospital_staff: Staff) -> None:
    shown = sidebar(signed_in(hospital_staff))
    assert shown["结算"] == ["结算"]
    assert shown["对账"] == ["月度对账单"]
    assert not {"备案", "清算", "通知书", "运行"} & set(shown)


@pytest.mark.parametrize("who", ["home_clerk", "henan_supervisor", "national_operator", "auditor", "hospital_staff"])
def test_whatever_the_sidebar_shows_can_be_opened(who: str, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(who))
    for group in client.get(HOME).context["sidebar_navigation"]:
        for item in group["items"]:
            if item["has_permission"]:
                assert client.get(str(item["link"])).status_code == 200, item["title"]


# Signing in


@pytest.mark.django_db
def test_the_demo_lists_its_users_and_nothing_else_does() -> None:
    address = reverse("admin:login")
    with override_settings(DEMO=True, DEMO_PASSWORD="demo-2026"):
        shown = " ".join(words_of(visitor().get(address)))
        assert all(username in shown for username, *_ in LOGINS)
        assert "demo-2026" in shown
    with override_settings(DEMO=False):
        assert "zhoukou.clerk" not in " ".join(words_of(visitor().get(address)))


def test_the_badge_tells_the_demo_from_the_real_thing(home_clerk: Staff) -> None:
    client = signed_in(home_clerk)
    with override_settings(DEMO=True):
        assert "演示环境" in words_of(client.get(HOME))
    with override_settings(DEMO=False):
        assert "演示环境" not in words_of(client.get(HOME))


# Jobs


@pytest.fixture
def failed_run(db: None) -> JobRun:
    return JobRun.objects.create(
        job="close_month", label="21日生成全国清算表", period="2026-09", planned_at=timezone.now(),
        started_at=timezone.now(), outcome=JobRun.Outcome.FAILED, error="Refused: <一分钱之差>",
    )  # fmt: skip


def test_a_failed_run_is_seen_with_its_reason(auditor: Staff, failed_run: JobRun) -> None:
    client = signed_in(auditor)
    assert listed(client, JobRun) == [failed_run]
    assert "&lt;一分钱之差&gt;" in client.get(page_url(failed_run)).content.decode()


def test_a_clerk_has_no_list_of_jobs(home_clerk: Staff, failed_run: JobRun) -> None:
    assert signed_in(home_clerk).get(list_url(JobRun)).status_code == 403
