"""Settlements, statements and policies on the pages: who sees them, how money is shown, who agrees."""

from typing import Any

import pytest
from django.utils import timezone

from common.dates import Month
from registry.enums import Role
from registry.models import Institution, Staff
from settlement import published_policies
from settlement.enums import PolicyStatus, StatementStatus
from settlement.models import Policy, Settlement, Statement, StatementLine
from tests import stories
from tests.conftest import at
from tests.pages import exported, list_url, listed, page_url, signed_in, verb_url, words_of
from tests.small_month import CERTIFICATE, OTHER_CERTIFICATE, SmallMonth, small_month


@pytest.fixture
def month(hospital: Institution) -> SmallMonth:
    return small_month(hospital)


def in_time(month: SmallMonth) -> None:
    """The verbs work with today; the statement is one of this month."""
    this = str(Month.of(timezone.localdate()))
    Statement.objects.filter(pk=month.statement.pk).update(declared_period=this)


# Settlements


def test_a_clerk_lists_what_was_settled_for_her_own_city(home_clerk: Staff, month: SmallMonth) -> None:
    assert listed(signed_in(home_clerk), Settlement) == [month.settlement]


def test_a_settlement_of_another_city_does_not_exist_for_her(home_clerk: Staff, month: SmallMonth) -> None:
    assert signed_in(home_clerk).get(page_url(month.other_settlement)).status_code == 302


@pytest.mark.parametrize("term", ["李合肥", OTHER_CERTIFICATE, "3401000000000001"])
def test_searching_does_not_reach_beyond_the_scope(home_clerk: Staff, month: SmallMonth, term: str) -> None:
    assert listed(signed_in(home_clerk), Settlement, q=term) == []


def test_conditions_in_the_address_do_not_either(home_clerk: Staff, month: SmallMonth) -> None:
    other = str(month.other_enrolment.person.pk)
    assert listed(signed_in(home_clerk), Settlement, person=other) == []


def test_a_settlement_is_found_by_its_number_and_by_its_person(home_clerk: Staff, month: SmallMonth) -> None:
    client = signed_in(home_clerk)
    for term in (month.settlement.number, "王周口", CERTIFICATE):
        assert listed(client, Settlement, q=term) == [month.settlement]


@pytest.mark.parametrize("who", ["host_clerk", "hospital_staff", "beijing_supervisor", "national_operator"])
def test_the_host_its_hospital_and_the_nation_see_both(
    who: str, month: SmallMonth, request: pytest.FixtureRequest
) -> None:
    found = listed(signed_in(request.getfixturevalue(who)), Settlement)
    assert set(found) == {month.settlement, month.other_settlement}


def test_another_hospital_sees_neither(month: SmallMonth, hospital_staff: Staff) -> None:
    hospital_staff.institution = stories.open_hospital("H31010100009", "319900", "310000")
    hospital_staff.save()
    assert listed(signed_in(hospital_staff), Settlement) == []


def test_the_export_holds_every_fund_as_a_number(home_clerk: Staff, month: SmallMonth) -> None:
    header, *lines = exported(signed_in(home_clerk), Settlement, "xlsx")
    assert [line[0] for line in lines] == [month.settlement.number]
    for name, amount in (("医疗费总额", 210), ("全自费", 10), ("基金支付总额", month.settlement.fund_total)):
        assert lines[0][header.index(name)] == amount
    assert CERTIFICATE not in str(lines)


def test_the_page_shows_bill_payment_steps_and_charges(home_clerk: Staff, month: SmallMonth) -> None:
    words = words_of(signed_in(home_clerk).get(page_url(month.settlement)))
    for expected in (
        "费用构成（元）",
        "支付构成（元）",
        "计算过程",
        "项目",
        "金额",
        "依据",
        "西药费",
        "210.00",
        "符合政策范围金额",
    ):
        assert expected in words


def test_the_hospital_reads_the_name_but_cannot_open_the_person(hospital_staff: Staff, month: SmallMonth) -> None:
    content = signed_in(hospital_staff).get(page_url(month.settlement)).content.decode()
    assert "王周口" in content
    assert f"/admin/registry/insuredperson/{month.enrolment.person.pk}/" not in content


@pytest.mark.parametrize("who", ["home_clerk", "national_operator", "hospital_staff"])
def test_money_is_never_changed_on_a_page(who: str, month: SmallMonth, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(who))
    assert client.post(page_url(month.settlement), {"total": "1.00"}).status_code == 403
    assert client.get("/admin/settlement/settlement/add/").status_code == 403
    assert client.post(page_url(month.settlement).replace("change", "delete")).status_code == 403


def test_a_reversal_and_its_settlement_lead_to_each_other(home_clerk: Staff, month: SmallMonth) -> None:
    reversal = stories.reverse(month.settlement, "2026-10-05 09:00")
    client = signed_in(home_clerk)
    assert reversal.number in words_of(client.get(page_url(month.settlement)))
    words = words_of(client.get(page_url(reversal)))
    assert month.settlement.number in words
    assert "-210.00" in words


# Statements


def test_a_statement_is_the_hosts_and_the_hospitals(
    home_clerk: Staff, host_clerk: Staff, hospital_staff: Staff, month: SmallMonth
) -> None:
    assert listed(signed_in(host_clerk), Statement) == [month.statement]
    assert listed(signed_in(hospital_staff), Statement) == [month.statement]
    assert listed(signed_in(home_clerk), Statement) == []
    assert signed_in(home_clerk).get(page_url(month.statement)).status_code == 302


def test_each_line_leads_to_its_settlements(host_clerk: Staff, month: SmallMonth) -> None:
    client = signed_in(host_clerk)
    [table] = [table for table in client.get(page_url(month.statement)).context["panels"] if "对账明细" in table.title]
    links = [row.cells[4] for row in table.body()]
    assert [link.text for link in links] == [1, 1]
    found = [client.get(link.url).context["cl"].result_list[0] for link in links]
    assert {settlement.pk for settlement in found} == {month.settlement.pk, month.other_settlement.pk}
    assert table.totals()[0].cells[4] == 2


def test_the_hospital_agrees_then_its_office(host_clerk: Staff, hospital_staff: Staff, month: SmallMonth) -> None:
    in_time(month)
    assert signed_in(hospital_staff).post(verb_url(month.statement, "agree_as_institution")).status_code == 302
    assert signed_in(host_clerk).post(verb_url(month.statement, "agree")).status_code == 302
    month.statement.refresh_from_db()
    assert month.statement.status == StatementStatus.AGREED
    assert month.statement.handler == host_clerk


def test_the_hospital_takes_its_agreement_back(hospital_staff: Staff, month: SmallMonth) -> None:
    in_time(month)
    client = signed_in(hospital_staff)
    client.post(verb_url(month.statement, "agree_as_institution"))
    assert client.post(verb_url(month.statement, "take_back"), {"why": "漏一笔"}).status_code == 302
    month.statement.refresh_from_db()
    assert month.statement.status == StatementStatus.DRAWN


def test_neither_side_speaks_for_the_other(host_clerk: Staff, hospital_staff: Staff, month: SmallMonth) -> None:
    in_time(month)
    assert signed_in(host_clerk).post(verb_url(month.statement, "agree_as_institution")).status_code == 403
    signed_in(hospital_staff).post(verb_url(month.statement, "agree_as_institution"))
    assert signed_in(hospital_staff).post(verb_url(month.statement, "agree")).status_code == 403


@pytest.mark.parametrize("who", ["beijing_supervisor", "national_operator", "auditor"])
def test_those_above_look_on(who: str, month: SmallMonth, request: pytest.FixtureRequest) -> None:
    staff = request.getfixturevalue(who)
    assert signed_in(staff).post(verb_url(month.statement, "agree")).status_code == 403


def test_an_agreement_too_late_is_refused_on_the_page(hospital_staff: Staff, month: SmallMonth) -> None:
    Statement.objects.filter(pk=month.statement.pk).update(period="2023-02", declared_period="2023-02")
    response = signed_in(hospital_staff).post(verb_url(month.statement, "agree_as_institution"))
    assert "期限已过" in response.content.decode()
    month.statement.refresh_from_db()
    assert month.statement.status == StatementStatus.DRAWN


def test_the_lines_of_a_statement_are_seen_by_both_provinces(
    henan_supervisor: Staff, beijing_supervisor: Staff, home_clerk: Staff, month: SmallMonth
) -> None:
    assert [line.home_province_id for line in listed(signed_in(henan_supervisor), StatementLine)] == ["410000"]
    assert len(listed(signed_in(beijing_supervisor), StatementLine)) == 2
    assert listed(signed_in(home_clerk), StatementLine) == []


# Policies


@pytest.fixture
def draft(home_supervisor: Staff) -> Policy:
    text = stories.HEFEI.replace('"340100"', '"411600"').replace("employee", "resident").replace("account:", "#")
    text = text.replace("合肥市职工", "周口市居民")
    [filed] = published_policies.file_drafts([("new.yaml", text)], by=None, at=at("2026-11-01 09:00"))
    return filed


def test_a_policy_is_published_on_its_page_by_somebody_entitled(home_supervisor: Staff, draft: Policy) -> None:
    client = signed_in(home_supervisor)
    assert "周口市居民" in client.get(page_url(draft)).content.decode()
    assert client.post(verb_url(draft, "publish")).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.approved_by) == (PolicyStatus.PUBLISHED, home_supervisor)


def test_who_drafted_it_does_not_publish_it(home_supervisor: Staff, draft: Policy) -> None:
    Policy.objects.filter(pk=draft.pk).update(proposed_by=home_supervisor)
    assert signed_in(home_supervisor).post(verb_url(draft, "publish")).status_code == 403


def test_a_clerk_and_another_city_do_not_either(home_clerk: Staff, outsider: Staff, draft: Policy) -> None:
    assert signed_in(home_clerk).post(verb_url(draft, "publish")).status_code == 403
    outsider.role = Role.SUPERVISOR
    outsider.save()
    assert signed_in(outsider).post(verb_url(draft, "publish")).status_code == 403


# Queries


@pytest.mark.parametrize(("model", "most"), [(Settlement, 7), (Statement, 6), (StatementLine, 7), (Policy, 5)])
def test_a_list_asks_few_questions_however_long_it_is(
    model: Any, most: int, host_clerk: Staff, month: SmallMonth, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(host_clerk)
    with django_assert_max_num_queries(most):
        assert client.get(list_url(model)).status_code == 200


def test_the_settlements_page_asks_few_questions(
    home_clerk: Staff, month: SmallMonth, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(home_clerk)
    with django_assert_max_num_queries(6):
        client.get(page_url(month.settlement))


def test_the_statements_page_asks_few_questions(
    host_clerk: Staff, month: SmallMonth, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(host_clerk)
    client.get(page_url(month.statement))
    with django_assert_max_num_queries(7):
        client.get(page_url(month.statement))
