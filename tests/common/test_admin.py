"""The admin's shared grammar: paging without counting, files for Excel, acts on many."""

from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.test import RequestFactory
from import_export.fields import Field
from import_export.resources import DeclarativeMetaclass, Resource

from common import export, scope
from common.admin import each
from common.admin.paging import BOUND, BoundedPaginator
from common.transitions import Refused
from registry.models import Agency, InsuredPerson, Region, Staff
from tests.pages import exported, list_url, listed, signed_in


@pytest.mark.django_db
def test_a_short_list_is_counted_exactly() -> None:
    provinces = Region.objects.filter(level="province").order_by("code")
    pages = BoundedPaginator(provinces, 10)
    assert pages.count == provinces.count()
    assert not pages.is_open
    with pytest.raises(EmptyPage):
        pages.page(99)


@pytest.mark.django_db
def test_a_long_list_is_not_counted_beyond_the_bound_and_its_last_page_is_reached() -> None:
    regions = Region.objects.order_by("code")
    pages = BoundedPaginator(regions, 50)
    assert pages.count == BOUND + 1
    assert pages.is_open
    last = (regions.count() - 1) // 50 + 1
    assert pages.page(last).object_list[0] == regions[(last - 1) * 50]


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["", "x", None])
def test_a_page_that_is_no_number_is_refused(number: Any) -> None:
    with pytest.raises(PageNotAnInteger):
        BoundedPaginator(Region.objects.order_by("code"), 50).page(number)


def test_a_long_list_offers_the_next_page_and_says_that_it_was_not_counted(home_clerk: Staff) -> None:
    response = signed_in(home_clerk).get(list_url(Region, p="2"))
    assert "下一页" in response.content.decode()
    assert "多于 1,000 条" in response.content.decode()


def resource(values: list[Any]) -> tuple[Resource, list[Any]]:
    made = DeclarativeMetaclass(
        "One", (Resource,), {"value": Field(column_name="值", dehydrate_method=lambda row: row.value)}
    )()
    return made, [SimpleNamespace(value=value) for value in values]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\tx"])
def test_text_that_looks_like_a_formula_is_disarmed_in_csv(text: str) -> None:
    content = b"".join(export.WRITERS["csv"](*resource([text]), "列表").streaming_content).decode("utf-8-sig")
    assert f"'{text.strip()}" in content.replace("'\t", "'")


def test_a_negative_number_stays_a_number_in_csv() -> None:
    content = b"".join(export.WRITERS["csv"](*resource([Decimal("-1.50")]), "列表").streaming_content).decode(
        "utf-8-sig"
    )
    assert content.splitlines() == ["值", "-1.50"]


def test_a_formula_is_text_in_a_workbook(tmp_path: Any) -> None:
    from openpyxl import load_workbook

    file = tmp_path / "list.xlsx"
    response = export.WRITERS["xlsx"](*resource(["=1+1", Decimal("2.50")]), "列表")
    file.write_bytes(b"".join(response.streaming_content))
    response.close()
    cells = [row[0] for row in load_workbook(file).active.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), (Decimal("2.5"), "n")]


def test_an_export_holds_every_row_under_the_lists_own_headers(home_clerk: Staff) -> None:
    lines = exported(signed_in(home_clerk), Region, "csv")
    assert lines[0] == ["区划代码", "名称", "级别", "上级", "启用日期", "停用日期"]
    assert len(lines) == 1 + Region.objects.count()


def test_an_export_honours_filter_and_search(home_clerk: Staff) -> None:
    client = signed_in(home_clerk)
    found = exported(client, Region, "xlsx", level__exact="prefecture", q="周口")
    assert [line[1] for line in found[1:]] == ["周口市"]


def test_another_kind_of_file_is_not_found(home_clerk: Staff) -> None:
    assert signed_in(home_clerk).get("/admin/registry/region/export/pdf/").status_code == 404


def test_an_export_needs_the_right_to_view_the_list(hospital_staff: Staff) -> None:
    assert signed_in(hospital_staff).get("/admin/registry/insuredperson/export/csv/").status_code == 404


@pytest.mark.django_db
def test_an_export_reads_the_database_a_piece_at_a_time() -> None:
    made = DeclarativeMetaclass(
        "Codes", (Resource,), {"code": Field(column_name="代码", dehydrate_method=lambda row: row.code)}
    )()
    lines = export.lines(made, Region.objects.order_by("code"))
    assert isinstance(lines, Iterator)
    assert next(lines) == ["代码"]
    assert next(lines) == [Region.objects.order_by("code").first().code]


def request_of(staff: Staff) -> Any:
    request = RequestFactory().post("/")
    request.user, request.session = staff, {}
    request._messages = FallbackStorage(request)
    return request


def test_an_act_on_many_reports_what_was_done_and_what_was_refused(home_clerk: Staff) -> None:
    def act(case: str, *, by: Staff, at: Any) -> None:
        if case == "甲":
            raise Refused("材料不齐。", remedy="请退回补正。")

    request = request_of(home_clerk)
    each(request, ["甲", "乙", "丙"], act, done="准予备案")
    assert [str(message) for message in get_messages(request)] == ["准予备案 2 件。", "甲：材料不齐。请退回补正。"]


def test_many_refusals_are_summed_up(home_clerk: Staff) -> None:
    def act(case: int, *, by: Staff, at: Any) -> None:
        raise Refused("不行。")

    request = request_of(home_clerk)
    each(request, range(13), act)
    told = [str(message) for message in get_messages(request)]
    assert len(told) == 11
    assert told[-1] == "另有 3 件未办理，请逐件查看。"


def test_a_row_at_hand_is_seen_by_those_whose_list_holds_it(
    home_clerk: Staff, outsider: Staff, henan_supervisor: Staff, national_operator: Staff, hospital_staff: Staff
) -> None:
    from tests.stories import somebody

    person = somebody("411600").person
    for staff in (home_clerk, outsider, henan_supervisor, national_operator, hospital_staff):
        assert scope.sees(staff, person) == scope.visible(InsuredPerson, staff).filter(pk=person.pk).exists()
        agency = Agency.objects.get(code="340100")
        assert scope.sees(staff, agency)


def test_the_first_list_a_clerk_opens_is_her_own(home_clerk: Staff) -> None:
    from tests.stories import somebody

    mine = somebody("411600").person
    somebody("340100")
    assert listed(signed_in(home_clerk), InsuredPerson) == [mine]
