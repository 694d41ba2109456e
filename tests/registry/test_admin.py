"""People, places and offices on the pages: who sees whom, what is masked, what the administrator may change."""

from datetime import date
from typing import Any

import pytest

from filings.models import Filing
from registry.enums import Role
from registry.models import Agency, FiscalAccount, Institution, InsuredPerson, Region, Staff
from tests.pages import exported, list_url, listed, page_url, signed_in, words_of
from tests.small_month import CERTIFICATE, OTHER_CERTIFICATE, SmallMonth, small_month


@pytest.fixture
def month(hospital: Institution) -> SmallMonth:
    return small_month(hospital)


@pytest.fixture
def administrator(db: None) -> Staff:
    admin = Staff(username="admin", name="管理员", role=Role.ADMINISTRATOR, agency=Agency.objects.get(code="100000"))
    admin.set_unusable_password()
    admin.save()
    return admin


# Who sees whom


def test_a_clerk_lists_the_persons_of_her_own_city_and_nobody_else(home_clerk: Staff, month: SmallMonth) -> None:
    assert listed(signed_in(home_clerk), InsuredPerson) == [month.enrolment.person]


def test_a_person_of_another_city_does_not_exist_for_her(home_clerk: Staff, month: SmallMonth) -> None:
    response = signed_in(home_clerk).get(page_url(month.other_enrolment.person))
    assert response.status_code == 302
    assert response.url == "/admin/"


@pytest.mark.parametrize("term", ["李合肥", "李合", OTHER_CERTIFICATE, "3401000000000001"])
def test_searching_does_not_reach_beyond_the_scope(home_clerk: Staff, month: SmallMonth, term: str) -> None:
    assert listed(signed_in(home_clerk), InsuredPerson, q=term) == []


@pytest.mark.parametrize("term", ["王周口", "王周", CERTIFICATE, "4116000000000001", " 王周口 "])
def test_a_person_is_found_by_name_certificate_or_number(home_clerk: Staff, month: SmallMonth, term: str) -> None:
    assert listed(signed_in(home_clerk), InsuredPerson, q=term) == [month.enrolment.person]


@pytest.mark.parametrize("term", ["王", "周口", "9900001960"])
def test_half_a_number_or_a_surname_finds_nobody(home_clerk: Staff, month: SmallMonth, term: str) -> None:
    assert listed(signed_in(home_clerk), InsuredPerson, q=term) == []


@pytest.mark.parametrize("model", [InsuredPerson, Filing])
def test_who_types_a_surname_alone_is_told_to_type_more(home_clerk: Staff, month: SmallMonth, model: Any) -> None:
    client = signed_in(home_clerk)
    for term, told in (("李", 1), ("李合", 0)):
        words = words_of(client.get(list_url(model, q=term)))
        assert sum("请至少输入姓名的前两个字" in text for text in words) == told


def test_the_export_holds_the_clerks_own_persons_masked(home_clerk: Staff, month: SmallMonth) -> None:
    lines = exported(signed_in(home_clerk), InsuredPerson, "xlsx")
    assert lines[0][:3] == ["姓名", "人员编号", "证件号码"]
    assert [line[0] for line in lines[1:]] == ["王周口"]
    assert lines[1][2] == month.enrolment.person.masked_certificate


@pytest.mark.parametrize("who", ["henan_supervisor", "national_operator"])
def test_the_province_and_the_nation_see_the_person_too(
    who: str, month: SmallMonth, request: pytest.FixtureRequest
) -> None:
    assert month.enrolment.person in listed(signed_in(request.getfixturevalue(who)), InsuredPerson)


@pytest.mark.parametrize("who", ["host_clerk", "outsider"])
def test_other_offices_do_not(who: str, month: SmallMonth, request: pytest.FixtureRequest) -> None:
    assert month.enrolment.person not in listed(signed_in(request.getfixturevalue(who)), InsuredPerson)


def test_an_institution_has_no_list_of_persons(hospital_staff: Staff, month: SmallMonth) -> None:
    client = signed_in(hospital_staff)
    assert client.get(list_url(InsuredPerson)).status_code == 403
    assert client.get(page_url(month.enrolment.person)).status_code == 403


def test_a_person_without_an_office_sees_nobody(home_clerk: Staff, month: SmallMonth) -> None:
    home_clerk.is_active = False
    home_clerk.save()
    assert signed_in(home_clerk).get(list_url(InsuredPerson)).status_code == 302


# What is masked


def test_no_page_and_no_address_gives_the_full_number_away(national_operator: Staff, month: SmallMonth) -> None:
    client = signed_in(national_operator)
    for address in (list_url(InsuredPerson), page_url(month.enrolment.person)):
        assert CERTIFICATE not in client.get(address).content.decode()


@pytest.mark.parametrize(
    "lookup", ["certificate_number__startswith", "certificate_digest", "certificate_number__contains"]
)
def test_the_number_cannot_be_guessed_through_the_address(
    national_operator: Staff, month: SmallMonth, lookup: str
) -> None:
    response = signed_in(national_operator).get(list_url(InsuredPerson, **{lookup: "990"}))
    assert response.status_code == 400


# The person's page


def test_the_page_brings_together_enrolment_filings_and_settlements(home_clerk: Staff, month: SmallMonth) -> None:
    words = words_of(signed_in(home_clerk).get(page_url(month.enrolment.person)))
    for expected in ("参保关系", "正常参保", month.filing.number, month.waiting.number, month.settlement.number):
        assert expected in words
    assert month.other_settlement.number not in words


def test_the_page_can_only_be_read(home_clerk: Staff, month: SmallMonth) -> None:
    response = signed_in(home_clerk).post(page_url(month.enrolment.person), {"name": "别人"})
    assert response.status_code == 403
    month.enrolment.person.refresh_from_db()
    assert month.enrolment.person.name == "王周口"


def test_nothing_is_deleted_here(administrator: Staff, month: SmallMonth) -> None:
    client = signed_in(administrator)
    for record in (month.enrolment.person, month.settlement.institution):
        address = page_url(record).replace("/change/", "/delete/")
        assert client.post(address, {"post": "yes"}).status_code == 403


# Choosing


def autocomplete(staff: Staff, model: str, field: str, term: str) -> Any:
    query = {"app_label": "registry", "model_name": model, "field_name": field, "term": term}
    return signed_in(staff).get("/admin/autocomplete/", query)


def test_places_are_chosen_by_their_beginning(administrator: Staff) -> None:
    found = autocomplete(administrator, "institution", "area", "周口").json()["results"]
    assert [choice["text"] for choice in found] == ["周口市"]


def test_what_may_not_be_viewed_may_not_be_chosen_from(hospital_staff: Staff) -> None:
    assert autocomplete(hospital_staff, "staff", "agency", "周口").status_code == 403


# What the administrator keeps


def agreement(**rows: Any) -> dict[str, Any]:
    forms = {
        "agreements-TOTAL_FORMS": 1, "agreements-INITIAL_FORMS": 0, "agreements-0-level": "tertiary",
        "agreements-0-valid_from": "2026-01-01", "services-TOTAL_FORMS": 0, "services-INITIAL_FORMS": 0,
    }  # fmt: skip
    return forms | rows


def test_the_administrator_adds_an_institution_with_its_agreement(administrator: Staff) -> None:
    data = {"code": "H41160200001", "name": "周口演示医院", "area": "411600", "region": "411600"}
    response = signed_in(administrator).post("/admin/registry/institution/add/", agreement(**data))
    assert response.status_code == 302
    kept = Institution.objects.get(code="H41160200001")
    assert kept.province_id == "410000"
    assert kept.agreement_on(date(2026, 6, 1)).level == "tertiary"


def test_a_clerk_adds_none(home_clerk: Staff) -> None:
    assert signed_in(home_clerk).get("/admin/registry/institution/add/").status_code == 403


def test_a_wrong_institution_code_is_said_at_its_field(administrator: Staff) -> None:
    data = {"code": "X1", "name": "错", "area": "411600", "region": "411600"}
    response = signed_in(administrator).post("/admin/registry/institution/add/", agreement(**data))
    assert "机构编号应为12位，现在是2位，请核对" in response.content.decode()


def test_the_administrator_adds_a_colleague_with_a_password(administrator: Staff) -> None:
    data = {
        "username": "zhoukou.new", "name": "新同事", "email": "", "role": Role.CLERK, "agency": "411600",
        "password1": "Qs7-xunyuan", "password2": "Qs7-xunyuan", "usable_password": "true",
    }  # fmt: skip
    response = signed_in(administrator).post("/admin/registry/staff/add/", data)
    assert response.status_code == 302, words_of(response)
    kept = Staff.objects.get(username="zhoukou.new")
    assert kept.check_password("Qs7-xunyuan")
    assert kept.agency_id == "411600"


def test_a_colleague_belongs_to_an_office_or_an_institution(administrator: Staff) -> None:
    data = {
        "username": "nobody", "name": "无", "role": Role.CLERK, "password1": "Qs7-xunyuan",
        "password2": "Qs7-xunyuan", "usable_password": "true",
    }  # fmt: skip
    response = signed_in(administrator).post("/admin/registry/staff/add/", data)
    assert "二者只能选一" in response.content.decode()


def test_the_administrator_sets_a_new_password(administrator: Staff, home_clerk: Staff) -> None:
    address = f"/admin/registry/staff/{home_clerk.pk}/password/"
    data = {"password1": "Qs7-xunyuan", "password2": "Qs7-xunyuan", "usable_password": "true"}
    assert signed_in(administrator).get(address).status_code == 200
    assert signed_in(administrator).post(address, data).status_code == 302
    home_clerk.refresh_from_db()
    assert home_clerk.check_password("Qs7-xunyuan")


@pytest.mark.parametrize("who", ["home_clerk", "henan_supervisor", "hospital_staff"])
def test_nobody_else_sees_the_staff(who: str, request: pytest.FixtureRequest) -> None:
    assert signed_in(request.getfixturevalue(who)).get(list_url(Staff)).status_code == 403


def test_the_auditor_reads_the_staff_and_changes_nobody(auditor: Staff, home_clerk: Staff) -> None:
    client = signed_in(auditor)
    assert home_clerk in listed(client, Staff)
    assert client.post(page_url(home_clerk), {"name": "改名"}).status_code == 403
    assert client.get(f"/admin/registry/staff/{home_clerk.pk}/password/").status_code == 403


def test_a_province_sees_its_own_account_only(henan_supervisor: Staff, national_operator: Staff) -> None:
    for province in ("410000", "110000"):
        FiscalAccount.objects.create(
            province_id=province, account_name="财政专户", bank_name="农业银行", bank_code="103491000019",
            account_number="6228480000000000000", valid_from=date(2023, 1, 1),
        )  # fmt: skip
    assert [account.province_id for account in listed(signed_in(henan_supervisor), FiscalAccount)] == ["410000"]
    assert len(listed(signed_in(national_operator), FiscalAccount)) == 2


# Queries


@pytest.mark.parametrize(
    ("model", "most"), [(InsuredPerson, 5), (Institution, 5), (Region, 4), (Agency, 5), (FiscalAccount, 3)]
)
def test_a_list_asks_few_questions_however_long_it_is(
    model: Any, most: int, home_clerk: Staff, month: SmallMonth, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(home_clerk)
    with django_assert_max_num_queries(most):
        assert client.get(list_url(model)).status_code == 200


def test_the_persons_page_asks_few_questions(
    home_clerk: Staff, month: SmallMonth, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(home_clerk)
    with django_assert_max_num_queries(7):
        client.get(page_url(month.enrolment.person))
