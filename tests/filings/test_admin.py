"""Filings on the pages: whose they are, what may be done to them by whom, and the entry at the window."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from common.transitions import history
from filings.enums import Channel, Material, Status
from filings.models import Filing
from registry.enums import Role
from registry.models import Institution, Staff
from tests.pages import exported, list_url, listed, page_url, signed_in, verb_url, words_of
from tests.small_month import CERTIFICATE, OTHER_CERTIFICATE, SmallMonth, insured, small_month

WINDOW = reverse("admin:filings_filing_add")


@pytest.fixture
def month(hospital: Institution) -> SmallMonth:
    return small_month(hospital)


# Whose they are


def test_a_clerk_lists_the_filings_of_her_own_city(home_clerk: Staff, month: SmallMonth) -> None:
    assert listed(signed_in(home_clerk), Filing) == [month.waiting, month.filing]


def test_a_filing_of_another_city_does_not_exist_for_her(home_clerk: Staff, month: SmallMonth) -> None:
    assert signed_in(home_clerk).get(page_url(month.other_filing)).status_code == 302


@pytest.mark.parametrize("term", ["李合肥", OTHER_CERTIFICATE])
def test_searching_does_not_reach_beyond_the_scope(home_clerk: Staff, month: SmallMonth, term: str) -> None:
    assert listed(signed_in(home_clerk), Filing, q=term) == []


def test_a_filing_is_found_by_its_number_and_by_its_person(home_clerk: Staff, month: SmallMonth) -> None:
    client = signed_in(home_clerk)
    assert listed(client, Filing, q=month.filing.number) == [month.filing]
    assert listed(client, Filing, q=CERTIFICATE) == [month.waiting, month.filing]
    assert listed(client, Filing, q="王周口") == [month.waiting, month.filing]


def test_the_export_is_scoped_and_masked(home_clerk: Staff, month: SmallMonth) -> None:
    lines = exported(signed_in(home_clerk), Filing, "csv")
    numbers = [line[0] for line in lines[1:]]
    assert numbers == [month.waiting.number, month.filing.number]
    assert CERTIFICATE not in str(lines)
    assert "个人承诺书" not in lines[2][lines[0].index("材料")]


def test_the_host_province_sees_who_is_coming_and_decides_nothing(beijing_supervisor: Staff, month: SmallMonth) -> None:
    client = signed_in(beijing_supervisor)
    assert set(listed(client, Filing)) == {month.filing, month.other_filing}
    assert client.post(verb_url(month.filing, "cancel")).status_code == 403


def test_filters_speak_of_status_and_due_date(home_clerk: Staff, month: SmallMonth) -> None:
    client = signed_in(home_clerk)
    assert listed(client, Filing, status__exact="submitted") == [month.waiting]
    overdue = [month.waiting] if month.waiting.due_on < timezone.localdate() else []
    assert listed(client, Filing, due="overdue") == overdue


# What may be done


def test_the_page_offers_what_the_status_allows(home_clerk: Staff, month: SmallMonth) -> None:
    client = signed_in(home_clerk)
    offered = [each["verb"].label for each in client.get(page_url(month.waiting)).context["offered_verbs"]]
    assert offered == ["准予备案", "退回补正", "不予备案", "取消"]
    offered = [each["verb"].label for each in client.get(page_url(month.filing)).context["offered_verbs"]]
    assert offered == ["取消"]


def test_a_verb_is_done_by_post_with_its_opinion(home_clerk: Staff, month: SmallMonth) -> None:
    response = signed_in(home_clerk).post(verb_url(month.waiting, "accept"), {"opinion": "材料齐全"})
    assert response.status_code == 302
    month.waiting.refresh_from_db()
    assert (month.waiting.status, month.waiting.opinion) == (Status.ACTIVE, "材料齐全")
    last = history(month.waiting).last()
    assert (last.verb, last.by, last.why) == ("准予备案", home_clerk, "材料齐全")


def test_asking_for_a_verb_does_nothing_but_ask(home_clerk: Staff, month: SmallMonth) -> None:
    response = signed_in(home_clerk).get(verb_url(month.waiting, "accept"))
    assert response.status_code == 200
    month.waiting.refresh_from_db()
    assert month.waiting.status == Status.SUBMITTED


def test_a_verb_without_the_token_of_the_form_is_refused(home_clerk: Staff, month: SmallMonth) -> None:
    client = signed_in(home_clerk)
    client.handler.enforce_csrf_checks = True
    assert client.post(verb_url(month.waiting, "accept"), {"opinion": ""}).status_code == 403
    month.waiting.refresh_from_db()
    assert month.waiting.status == Status.SUBMITTED


def test_a_refusal_needs_its_reason(home_clerk: Staff, month: SmallMonth) -> None:
    response = signed_in(home_clerk).post(verb_url(month.waiting, "refuse"), {"opinion": ""})
    assert response.status_code == 200
    assert response.context["form"].errors == {"opinion": ["这个字段是必填项。"]}
    month.waiting.refresh_from_db()
    assert month.waiting.status == Status.SUBMITTED


def test_what_the_rules_refuse_is_said_with_what_was_typed_kept(home_clerk: Staff, month: SmallMonth) -> None:
    response = signed_in(home_clerk).post(verb_url(month.waiting, "return_for_supplement"), {"opinion": ""})
    assert "材料已齐，退回补正须写明需补正的内容。" in response.content.decode()
    assert signed_in(home_clerk).post(verb_url(month.filing, "accept"), {"opinion": "好"}).status_code == 200


def test_a_filing_goes_back_and_comes_again_with_its_materials(home_clerk: Staff, month: SmallMonth) -> None:
    client = signed_in(home_clerk)
    client.post(verb_url(month.waiting, "return_for_supplement"), {"opinion": "请补居住证明"})
    client.post(verb_url(month.waiting, "supplement"), {"materials": [Material.RESIDENCE_PROOF]})
    month.waiting.refresh_from_db()
    assert month.waiting.status == Status.SUBMITTED
    assert Material.RESIDENCE_PROOF in month.waiting.materials


def test_other_offices_do_not_find_the_verb(outsider: Staff, month: SmallMonth) -> None:
    assert signed_in(outsider).post(verb_url(month.waiting, "accept"), {"opinion": ""}).status_code == 404


@pytest.mark.parametrize("who", ["henan_supervisor", "national_operator", "auditor", "host_clerk"])
def test_those_who_only_look_on_may_not_decide(who: str, month: SmallMonth, request: pytest.FixtureRequest) -> None:
    staff = request.getfixturevalue(who)
    assert signed_in(staff).post(verb_url(month.filing, "cancel"), {"why": ""}).status_code == 403


def test_many_are_accepted_at_once_and_what_cannot_be_is_named(home_clerk: Staff, month: SmallMonth) -> None:
    chosen = {"action": "accept_selected", "_selected_action": [month.waiting.pk, month.filing.pk]}
    response = signed_in(home_clerk).post(list_url(Filing), chosen, follow=True)
    words = words_of(response)
    assert "准予备案 1 件。" in words
    assert any("当前状态为“已备案”，不能准予备案" in word for word in words)


def test_the_bulk_act_cannot_reach_filings_of_others(outsider: Staff, month: SmallMonth) -> None:
    chosen = {"action": "accept_selected", "_selected_action": [month.waiting.pk]}
    signed_in(outsider).post(list_url(Filing), chosen)
    month.waiting.refresh_from_db()
    assert month.waiting.status == Status.SUBMITTED


def test_the_host_cannot_accept_what_it_only_sees(host_clerk: Staff, month: SmallMonth) -> None:
    chosen = {"action": "accept_selected", "_selected_action": [month.filing.pk]}
    words = words_of(signed_in(host_clerk).post(list_url(Filing), chosen, follow=True))
    assert any("备案由周口市医疗保险经办机构办理。" in word for word in words)


def test_an_auditor_is_offered_no_bulk_act(auditor: Staff, month: SmallMonth) -> None:
    assert "accept_selected" not in signed_in(auditor).get(list_url(Filing)).content.decode()


def test_the_page_tells_the_term_day_by_day_and_all_that_happened(home_clerk: Staff, month: SmallMonth) -> None:
    content = signed_in(home_clerk).get(page_url(month.filing)).content.decode()
    for expected in ("办结备案", "第九条", "计入：", "不计：", "2026-08-14 16:00", "申请", "准予备案"):
        assert expected in content


# At the window


def entry(month: SmallMonth, **changed: Any) -> dict[str, Any]:
    fields = {
        "person": month.enrolment.person.pk, "insurance": "employee", "category": "referral", "destination": "320100",
        "valid_from": "2026-09-10", "valid_until": "", "materials": ["identity", "form", "referral_proof"],
        "reason": "",
    }  # fmt: skip
    return fields | changed


def test_an_application_at_the_window_becomes_a_filing(home_clerk: Staff, month: SmallMonth) -> None:
    response = signed_in(home_clerk).post(WINDOW, entry(month))
    filing = Filing.objects.latest("pk")
    assert response.url == page_url(filing)
    assert (filing.channel, filing.destination_id, filing.agency_id) == (Channel.WINDOW, "320100", "411600")
    assert history(filing).get().by == home_clerk


def test_every_fault_stands_at_its_field(home_clerk: Staff, month: SmallMonth) -> None:
    faulty = entry(month, person="", destination="", valid_from="明天")
    errors = signed_in(home_clerk).post(WINDOW, faulty).context["form"].errors
    assert errors == {
        "person": ["缺少此项。请补填。"],
        "destination": ["缺少此项。请补填。"],
        "valid_from": ["不是有效的日期。请按 2026-09-01 的格式填写。"],
    }


def test_what_the_registry_knows_better_is_said_too(home_clerk: Staff, month: SmallMonth) -> None:
    faulty = entry(month, insurance="resident", destination="410100")
    errors = signed_in(home_clerk).post(WINDOW, faulty).context["form"].errors
    assert set(errors) == {"insurance", "destination"}
    assert "不属于跨省异地就医" in errors["destination"][0]


def test_nobody_files_for_a_person_of_another_city(home_clerk: Staff, month: SmallMonth) -> None:
    response = signed_in(home_clerk).post(WINDOW, entry(month, person=month.other_enrolment.person.pk))
    assert "person" in response.context["form"].errors
    assert Filing.objects.count() == 3


@pytest.mark.parametrize("who", ["henan_operator_like", "auditor", "hospital_staff"])
def test_the_window_is_closed_to_those_who_do_not_file(
    who: str, henan_supervisor: Staff, request: pytest.FixtureRequest
) -> None:
    if who == "henan_operator_like":
        henan_supervisor.role = Role.OPERATOR
        henan_supervisor.save()
        staff = henan_supervisor
    else:
        staff = request.getfixturevalue(who)
    assert signed_in(staff).get(WINDOW).status_code == 403


def test_a_person_is_chosen_within_the_office_and_masked(home_clerk: Staff, month: SmallMonth) -> None:
    address = reverse("admin:filings_persons")
    client = signed_in(home_clerk)
    [found] = client.get(address, {"term": "王周"}).json()["results"]
    assert found["text"].startswith("王周口 990")
    assert CERTIFICATE not in found["text"]
    assert client.get(address, {"term": "李合肥"}).json()["results"] == []
    assert client.get(address, {"term": ""}).json()["results"] == []


def test_persons_are_not_looked_up_by_those_who_do_not_file(auditor: Staff, month: SmallMonth) -> None:
    assert signed_in(auditor).get(reverse("admin:filings_persons"), {"term": "王周"}).status_code == 403


def test_a_place_is_chosen_among_cities_and_pooled_provinces(home_clerk: Staff) -> None:
    address = reverse("admin:filings_destinations")
    client = signed_in(home_clerk)
    assert [each["id"] for each in client.get(address, {"term": "北京"}).json()["results"]] == ["110000"]
    assert [each["id"] for each in client.get(address, {"term": "南京市"}).json()["results"]] == ["320100"]
    assert client.get(address, {"term": "江苏省"}).json()["results"] == []


def test_a_day_from_the_calendar_beside_the_field_is_understood(home_clerk: Staff, month: SmallMonth) -> None:
    assert signed_in(home_clerk).post(WINDOW, entry(month, valid_from="2026/09/10")).status_code == 302


def test_a_chosen_person_is_the_only_one_written_into_the_page(home_clerk: Staff, month: SmallMonth) -> None:
    insured("411600", "赵周口", "990000196202022349", date(1962, 2, 2), number="2")
    client = signed_in(home_clerk)
    assert "赵周口" not in client.get(WINDOW).content.decode()
    again = client.post(WINDOW, entry(month, valid_from="")).content.decode()
    assert "王周口 990" in again
    assert "赵周口" not in again


@pytest.mark.parametrize("nonsense", ["x", "999999999", "' OR 1=1"])
def test_a_person_that_was_not_offered_is_a_fault_of_the_field(
    home_clerk: Staff, month: SmallMonth, nonsense: str
) -> None:
    assert "person" in signed_in(home_clerk).post(WINDOW, entry(month, person=nonsense)).context["form"].errors


# Queries


def test_the_window_asks_few_questions(
    home_clerk: Staff, month: SmallMonth, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(home_clerk)
    with django_assert_max_num_queries(4):
        client.get(WINDOW)


def test_the_list_asks_few_questions(home_clerk: Staff, month: SmallMonth, django_assert_max_num_queries: Any) -> None:
    client = signed_in(home_clerk)
    with django_assert_max_num_queries(5):
        client.get(list_url(Filing))


def test_the_page_asks_few_questions(home_clerk: Staff, month: SmallMonth, django_assert_max_num_queries: Any) -> None:
    client = signed_in(home_clerk)
    client.get(page_url(month.filing))  # the working-day table is read once per process
    with django_assert_max_num_queries(7):
        client.get(page_url(month.filing))


def test_the_export_asks_few_questions(
    home_clerk: Staff, month: SmallMonth, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(home_clerk)
    with django_assert_max_num_queries(5):
        exported(client, Filing, "csv")
