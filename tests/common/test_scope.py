"""An office sees its own cases, its province sees its areas', the nation sees all, and everyone else nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from clearing.models import ProvinceSheet, Sheet, SheetRow
from common import scope
from common.scope import visible
from filings.models import Filing
from registry.enums import Role
from registry.models import Agency, FiscalAccount, Institution, InsuredPerson, Region, Staff
from settlement.models import ChargeLine, Statement
from tests.common.cases import filing, province_sheet, sheet, statement

CAST = (
    "home_clerk", "home_supervisor", "host_clerk", "henan_supervisor", "beijing_supervisor", "national_operator",
    "auditor", "outsider", "hospital_staff",
)  # fmt: skip
HOME = {"home_clerk", "home_supervisor", "henan_supervisor"}
HOST = {"host_clerk", "beijing_supervisor"}
NATION = {"national_operator", "auditor"}


@pytest.fixture
def cast(request: pytest.FixtureRequest, db: None) -> dict[str, Staff]:
    return {name: request.getfixturevalue(name) for name in CAST}


def those_who_see(row: Model, cast: dict[str, Staff]) -> set[str]:
    return {name for name, staff in cast.items() if visible(type(row), staff).filter(pk=row.pk).exists()}


def test_a_filing_is_seen_by_the_offices_and_provinces_of_both_sides(cast: dict[str, Staff]) -> None:
    assert those_who_see(filing("active"), cast) == HOME | NATION | {"beijing_supervisor", "host_clerk"}


def test_an_insured_person_is_seen_at_home_only(cast: dict[str, Staff]) -> None:
    person = filing("active").person
    assert those_who_see(person, cast) == HOME | NATION


def test_a_statement_is_seen_by_its_institution_its_office_and_the_host_province(
    cast: dict[str, Staff], hospital: Institution
) -> None:
    assert those_who_see(statement("drawn", hospital), cast) == HOST | NATION | {"hospital_staff"}


def test_the_national_sheet_is_seen_by_all_provinces_and_each_part_by_its_own(cast: dict[str, Staff]) -> None:
    whole = sheet("generated")
    assert those_who_see(whole, cast) == NATION | {"henan_supervisor", "beijing_supervisor"}
    assert those_who_see(province_sheet("pending", whole, "410000"), cast) == {"henan_supervisor"} | NATION
    row = SheetRow.objects.create(
        sheet=whole, home_id="410000", host_id="110000", insurance="employee", service="inpatient", months=["2026-09"],
        visits=1, total=10, fund=8, account=0, deducted=0, amount=8,
    )  # fmt: skip
    assert those_who_see(row, cast) == {"henan_supervisor", "beijing_supervisor"} | NATION


def test_what_is_public_is_seen_by_everyone_who_works_here(cast: dict[str, Staff], hospital: Institution) -> None:
    assert those_who_see(hospital, cast) == set(CAST)
    assert those_who_see(Region.objects.get(code="110000"), cast) == set(CAST)


def test_a_colleague_is_seen_in_the_same_office_and_above_it(cast: dict[str, Staff]) -> None:
    assert those_who_see(cast["home_clerk"], cast) == HOME | NATION
    assert those_who_see(cast["hospital_staff"], cast) == {"hospital_staff"} | NATION


def test_an_account_is_seen_by_its_province(cast: dict[str, Staff]) -> None:
    account = FiscalAccount.objects.create(
        province_id="410000", account_name="河南省财政厅", bank_name="某行", bank_code="1", account_number="2",
        valid_from="2023-01-01",
    )  # fmt: skip
    assert those_who_see(account, cast) == {"henan_supervisor"} | NATION


@pytest.mark.parametrize("seen_with", [visible, lambda model, staff: visible(model.objects.all(), staff)])
def test_a_model_nobody_decided_on_is_seen_by_nobody(seen_with: Callable[..., Any], cast: dict[str, Staff]) -> None:
    assert not scope.is_registered(ContentType)
    assert not any(seen_with(ContentType, staff).exists() for staff in cast.values())


def test_who_does_not_work_here_any_more_sees_nothing(home_clerk: Staff, national_operator: Staff) -> None:
    filing("active")
    for staff in (home_clerk, national_operator):
        staff.is_active = False
        assert not visible(Filing, staff).exists()
        assert not visible(Region, staff).exists()


@pytest.mark.django_db
def test_who_is_not_signed_in_or_has_no_office_sees_no_case() -> None:
    filing("active")
    assert not visible(Filing, AnonymousUser()).exists()
    assert not visible(Region, AnonymousUser()).exists()
    assert not visible(Filing, Staff(username="nobody", role=Role.CLERK)).exists()


def test_rows_found_by_key_are_in_no_office_s_list(home_clerk: Staff, henan_supervisor: Staff) -> None:
    assert scope.is_registered(ChargeLine)
    assert visible(ChargeLine, home_clerk).query.is_empty()
    assert visible(ChargeLine, henan_supervisor).query.is_empty()


def test_the_scope_keeps_what_the_list_was_narrowed_to(home_clerk: Staff) -> None:
    active, refused = filing("active", number="A0001"), filing("refused", number="A0002")
    assert list(visible(Filing.objects.filter(status="active"), home_clerk)) == [active]
    assert set(visible(Filing, home_clerk)) == {active, refused}


def test_an_office_sees_a_row_once_however_many_sides_are_its_own(henan_supervisor: Staff) -> None:
    filing("active")
    assert visible(Filing, henan_supervisor).count() == 1


def test_a_city_does_not_see_its_province_s_part(home_clerk: Staff) -> None:
    province_sheet("pending", sheet("generated"))
    assert not visible(ProvinceSheet, home_clerk).exists()


@pytest.mark.parametrize("model", [Filing, InsuredPerson, Statement, Sheet, Agency])
def test_one_row_at_hand_is_seen_as_it_is_in_the_list(
    model: type[Model], cast: dict[str, Staff], hospital: Institution
) -> None:
    filing("active"), statement("drawn", hospital), sheet("generated")
    for row in model._default_manager.all()[:5]:
        for name, staff in cast.items():
            assert scope.sees(staff, row) == visible(model, staff).filter(pk=row.pk).exists(), (name, row)
