"""What the reference data must hold, whatever edition it is built from."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from registry.enums import AgencyLevel, AreaKind, RegionLevel, Service
from registry.reference.agencies import agencies
from registry.reference.areas import area_serving, areas
from registry.reference.dictionaries import chronic_diseases, expense_categories
from registry.reference.regions import provinces, regions, regions_by_code
from registry.reference.tables import read_table

EXAMPLES = Path(__file__).parent / "examples" / "areas_by_province.csv"
MUNICIPALITIES = {"110000": "119900", "120000": "129900", "310000": "319900", "500000": "509900"}
IN_FORCE = {region.code for region in regions() if region.valid_until is None}


def test_there_are_32_first_level_nodes_with_the_corps_and_without_hong_kong_macao_and_taiwan() -> None:
    names = {province.code: province.name for province in provinces()}
    assert len(names) == 32
    assert names["660000"] == "新疆生产建设兵团"
    assert (names["410000"], names["110000"], names["150000"]) == ("河南省", "北京市", "内蒙古自治区")
    assert not {region.code[:2] for region in regions()} & {"71", "81", "82"}


def test_region_codes_are_unique_and_six_digits() -> None:
    codes = [region.code for region in regions()]
    assert len(codes) == len(set(codes))
    assert all(len(code) == 6 and code.isdecimal() for code in codes)


def test_every_region_has_a_parent_of_a_higher_level_in_the_same_province() -> None:
    order = {level: depth for depth, level in enumerate(RegionLevel.values)}
    for region in regions():
        assert region.level in order
        if region.level == RegionLevel.PROVINCE:
            assert region.parent is None
        else:
            assert region.parent is not None
            above = regions_by_code()[region.parent]
            assert order[above.level] < order[region.level], region
            assert above.code[:2] == region.code[:2]


def test_no_region_in_force_lies_under_one_that_has_ended() -> None:
    assert all(region.parent in IN_FORCE for region in regions() if region.code in IN_FORCE and region.parent)


def test_no_region_is_a_heading_of_the_standard() -> None:
    assert not {"市辖区", "县", "省直辖县级行政区划"} & {region.name for region in regions()}


def test_every_region_names_its_source_and_fits_its_column() -> None:
    assert all(0 < len(region.source) <= 120 and 0 < len(region.name) <= 60 for region in regions())
    assert all(0 < len(area.source) <= 200 and 0 < len(area.name) <= 60 for area in areas())


def test_laiwu_ended_and_its_districts_went_to_jinan() -> None:
    known = regions_by_code()
    assert known["371200"].valid_until == date(2019, 1, 8)
    assert (known["370116"].name, known["370116"].parent) == ("莱芜区", "370100")
    assert known["370116"].valid_from == date(2019, 1, 9)


def test_a_county_that_became_a_district_is_known_under_both_codes() -> None:
    known = regions_by_code()
    assert (known["370125"].name, known["370115"].name) == ("济阳县", "济阳区")
    assert (known["330104"].name, known["330113"].name) == ("江干区", "临平区")
    assert "330104" not in IN_FORCE
    assert "330113" in IN_FORCE


def test_corrections_are_in_order_and_each_code_stands_once() -> None:
    codes = [cells["code"] for cells in read_table("region_corrections.csv")]
    assert codes == sorted(set(codes))


def test_codes_of_the_insurance_alone_are_regions_too() -> None:
    assert {
        "153000",
        "153100",
        "222200",
        "232800",
        "232900",
        "411800",
        "469000",
        "527000",
        "611100",
        "627000",
    } <= IN_FORCE
    assert {"659000", "660000", "660100", "661400"} <= IN_FORCE


def test_there_are_367_pooling_areas() -> None:
    assert len(areas()) == 367
    assert Counter(area.kind for area in areas()) == {
        "prefecture": 336,
        "province_level": 26,
        "municipality": 4,
        "corps": 1,
    }


def test_each_province_has_its_number_of_pooling_areas() -> None:
    names = {province.code: province.name for province in provinces()}
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        expected = {row["省份"]: int(row["统筹地区数"]) for row in csv.DictReader(file)}
    assert Counter(names[area.province] for area in areas()) == expected


def test_area_codes_are_unique_and_their_words_are_ours() -> None:
    assert len({area.code for area in areas()}) == len(areas())
    assert {area.kind for area in areas()} == set(AreaKind.values)
    assert all(set(area.services) <= set(Service.values) for area in areas())
    assert all(area.province in IN_FORCE for area in areas())


@pytest.mark.parametrize(("code", "name"), [("411600", "周口市"), ("360100", "南昌市"), ("119900", "北京市")])
def test_the_areas_of_the_published_policies_are_there(code: str, name: str) -> None:
    assert {area.code: area.name for area in areas()}[code] == name


@pytest.mark.parametrize(("province", "area"), MUNICIPALITIES.items())
def test_a_municipality_is_one_area(province: str, area: str) -> None:
    assert [row.code for row in areas() if row.province == province] == [area]


def test_jiangsu_has_no_area_of_the_province_itself() -> None:
    assert {row.kind for row in areas() if row.province == "320000"} == {"prefecture"}


def test_one_pool_for_the_province_in_the_municipalities_hainan_tibet_and_the_corps() -> None:
    pooled = {area.province: area.code for area in areas() if area.province_pooled}
    assert pooled == {**MUNICIPALITIES, "460000": "469900", "540000": "549900", "660000": "660000"}
    assert Counter(area.province for area in areas() if area.province in pooled) == dict.fromkeys(pooled, 1)


def test_every_prefecture_in_force_lies_in_exactly_one_area() -> None:
    pooled = {area.province for area in areas() if area.province_pooled}
    for region in regions():
        if region.level == RegionLevel.PREFECTURE and region.code in IN_FORCE:
            own = [area.code for area in areas() if area.code == region.code]
            assert len(own) == (0 if region.parent in pooled else 1), region
            assert area_serving(region.code).province == region.parent


def test_every_region_ever_known_below_a_province_is_served_by_an_area_of_that_province() -> None:
    for region in regions():
        if region.level != RegionLevel.PROVINCE:
            assert area_serving(region.code).province[:2] == region.code[:2]


@pytest.mark.parametrize(
    ("region", "area"),
    [
        ("411602", "411600"),
        ("110101", "119900"),
        ("110000", "119900"),
        ("419001", "411800"),
        ("429004", "429004"),
        ("150781", "153000"),
        ("371202", "370100"),
        ("460106", "469900"),
        ("540102", "549900"),
        ("660800", "660000"),
    ],
)
def test_a_place_is_served_by_its_area(region: str, area: str) -> None:
    assert area_serving(region).code == area


@pytest.mark.parametrize("region", ["410000", "999999", ""])
def test_a_place_without_an_area_is_refused(region: str) -> None:
    with pytest.raises(LookupError, match="没有对应的统筹地区"):
        area_serving(region)


def test_regions_served_apart_are_regions() -> None:
    assert {code for area in areas() for code in area.also_serves} <= set(regions_by_code())


def test_there_is_a_national_office_32_provincial_ones_and_one_for_each_area() -> None:
    assert {office.level for office in agencies()} == set(AgencyLevel.values)
    assert Counter(office.level for office in agencies()) == {"national": 1, "provincial": 32, "local": 367}
    assert {office.area for office in agencies() if office.area} == {area.code for area in areas()}


def test_office_codes_and_names_are_unique() -> None:
    assert len({office.code for office in agencies()}) == len(agencies())
    assert len({office.name for office in agencies()}) == len(agencies())


def test_each_office_comes_after_the_one_above_it() -> None:
    seen: set[str | None] = {None}
    for office in agencies():
        assert office.parent in seen
        seen.add(office.code)


def test_the_corps_has_a_provincial_office_and_one_of_its_area() -> None:
    corps = {office.code: office for office in agencies() if office.province == "660000"}
    assert (corps["660000"].level, corps["660000"].area) == ("provincial", None)
    assert (corps["669900"].level, corps["669900"].area) == ("local", "660000")


def test_beijing_has_a_provincial_office_and_one_of_its_area() -> None:
    beijing = {office.code: office.name for office in agencies() if office.province == "110000"}
    assert beijing == {"110000": "北京市医疗保险经办机构", "119900": "北京市本级医疗保险经办机构"}


def test_there_are_the_14_national_categories_of_expense() -> None:
    assert [category.code for category in expense_categories()] == [f"{number:02d}" for number in range(1, 15)]
    assert (expense_categories()[0].name, expense_categories()[-1].name) == ("床位费", "其他费")


def test_ten_chronic_diseases_are_settled_across_provinces_five_since_2021() -> None:
    assert Counter(disease.since for disease in chronic_diseases()) == {2021: 5, 2024: 5}
    assert len({disease.code for disease in chronic_diseases()}) == 10
    assert {disease.code: disease.name for disease in chronic_diseases()}["M03900"] == "高血压"
    assert all(disease.source for disease in chronic_diseases())
