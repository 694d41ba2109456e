"""Everything a person reads is Simplified Chinese: the main pages, as each role, are searched for other words."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from clearing.models import SheetRow
from registry.models import Institution, Staff
from settlement.models import Policy, StatementLine
from tests.pages import list_url, page_url, signed_in, verb_url, visitor, words_of
from tests.small_month import SmallMonth, cleared_month

ROLES = (
    "home_clerk", "home_supervisor", "host_clerk", "henan_supervisor", "national_operator", "auditor", "hospital_staff",
)  # fmt: skip
# Words that stand for themselves in Chinese text too.
KNOWN = {"GB", "T", "CSV", "XLSX", "API", "APP", "Excel", "ID", "esc"}
# Codes: case numbers and national codes, names of people and of a policy's layers, digests.
CODES = re.compile(r"[A-Z]{1,2}\d{5,}|\b[a-z_]+\.[a-z_.]+\b|\b[0-9a-f]{64}\b|\bM\d{5}\b")
# What traditional script writes otherwise.
TRADITIONAL = re.compile("[個們務區國團參險醫療費結門關開無這對應]")
WORD = re.compile(r"[A-Za-z]{2,}")


def foreign(words: list[str]) -> set[str]:
    """What is no Chinese among the words of a page."""
    found = set()
    for text in words:
        found |= set(WORD.findall(CODES.sub(" ", text))) - KNOWN
        found |= set(TRADITIONAL.findall(text))
    return found


@pytest.fixture
def month(hospital: Institution) -> SmallMonth:
    return cleared_month(hospital)


def addresses(client: Client, month: SmallMonth) -> list[str]:
    """The lists and pages there are, whoever may open them."""
    lists = [list_url(model) for model in admin.site._registry]
    records: list[Any] = [
        month.enrolment.person, month.waiting, month.filing, month.settlement, month.statement, month.sheet, month.row,
        month.part("410000"), month.notice("410000"), month.notice("110000"), month.settlement.institution,
        month.settlement.policy, StatementLine.objects.first(), SheetRow.objects.last(),
    ]  # fmt: skip
    others = [
        reverse("admin:index"), reverse("admin:filings_filing_add"), reverse("admin:password_change"),
        verb_url(month.waiting, "refuse"), verb_url(month.part("410000"), "confirm"),
        reverse("admin:app_list", args=["filings"]), list_url(type(month.filing), q="没有这个人"),
    ]  # fmt: skip
    return [*lists, *map(page_url, records), *others]


@pytest.mark.parametrize("who", ROLES)
def test_every_page_a_role_opens_is_chinese(who: str, month: SmallMonth, request: pytest.FixtureRequest) -> None:
    staff: Staff = request.getfixturevalue(who)
    Staff.objects.filter(pk=staff.pk).update(name="某人", username="some.body")
    client = signed_in(staff)
    opened = {}
    for address in addresses(client, month):
        response = client.get(address)
        if response.status_code == 200:
            opened[address] = foreign(words_of(response))
    assert len(opened) > 8
    assert {address: words for address, words in opened.items() if words} == {}


def test_the_forms_faults_are_chinese(home_clerk: Staff, month: SmallMonth) -> None:
    client = signed_in(home_clerk)
    for address in (reverse("admin:filings_filing_add"), verb_url(month.waiting, "refuse")):
        assert foreign(words_of(client.post(address, {"insurance": "x", "valid_from": "y"}))) == set()


@pytest.mark.django_db
def test_the_sign_in_page_and_its_refusal_are_chinese() -> None:
    client = visitor()
    address = reverse("admin:login")
    assert foreign(words_of(client.get(address))) == set()
    refused = client.post(address, {"username": "nobody", "password": "wrong"})
    assert "用户名或密码不正确" in " ".join(words_of(refused))
    assert foreign(words_of(refused)) == set()


def test_signing_out_is_chinese(home_clerk: Staff) -> None:
    assert foreign(words_of(signed_in(home_clerk).post(reverse("admin:logout")))) == set()


def test_other_words_are_found() -> None:
    assert foreign(["Filters", "备案编号 BA2026090100000096", "GB/T 2260", "inpatient.pool", "區劃"]) == {
        "Filters",
        "區",
    }


def test_a_policy_file_is_shown_as_it_was_filed(national_operator: Staff) -> None:
    policy = Policy.objects.first()
    assert "benefits:" in signed_in(national_operator).get(page_url(policy)).content.decode()
