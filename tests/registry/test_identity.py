"""Certificate numbers and institution codes: what decides, what only warns, and what is shown of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.enums import CertificateType
from registry.identity import (
    EARLIEST_BIRTH,
    check_certificate,
    check_identity_number,
    check_institution_code,
    mask_identity_number,
    normal_form,
)

GOOD = "11010519491231002X"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_digit(first_17: str) -> str:
    """GB 11643 by its own table, independent of the library."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True))
    return first_17 + "10X98765432"[total % 11]


identity_numbers = st.builds(
    lambda region, born_on, order: with_check_digit(f"{region:06d}{born_on:%Y%m%d}{order:03d}"),
    st.integers(100000, 999999),
    st.dates(EARLIEST_BIRTH, date(2026, 12, 31)),
    st.integers(0, 999),
)


def test_a_good_number_tells_birth_date_and_sex() -> None:
    check = check_identity_number(GOOD)
    assert check.ok
    assert (check.number, check.faults, check.warnings) == (GOOD, (), ())
    assert (check.born_on, check.sex) == (date(1949, 12, 31), "2")
    assert check_identity_number(with_check_digit("11010519900101001")).sex == "1"


@pytest.mark.parametrize(
    "written",
    ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２ｘ", f"\ufeff{GOOD}\u200b"],
)
def test_slips_of_the_keyboard_are_put_right(written: str) -> None:
    check = check_identity_number(written)
    assert check.ok
    assert check.number == GOOD


@pytest.mark.parametrize("region", ["999999", "440199", "830001"])
def test_an_unknown_region_is_a_warning_never_a_refusal(region: str) -> None:
    check = check_identity_number(with_check_digit(f"{region}19900101001"))
    assert check.ok
    assert [warning[:9] for warning in check.warnings] == [f"前6位“{region}"[:9]]
    assert check.born_on == date(1990, 1, 1)


@pytest.mark.parametrize("region", ["512301", "110103", "371202", "810000", "820000", "830000"])
def test_abolished_counties_and_residence_permits_are_known_regions(region: str) -> None:
    assert check_identity_number(with_check_digit(f"{region}19700101001")).warnings == ()


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("", "是空的"),
        ("110105491231002", "15位旧身份证号已停止使用，请向参保人索取18位号码"),
        ("1.10105E+17", "设为文本格式"),
        ("1101051949123100", "应为18位，现在是16位"),
        ("11010519491231002XX", "应为18位，现在是19位"),
        ("1101O519491231002X", "第5位“O”不是数字"),
        ("11010519491231002A", "第18位“A”不是数字或X"),
        ("1101051949123100X2", "第17位“X”不是数字"),
        ("١1010519491231002X", "第1位“١”不是数字"),
        (with_check_digit("11010519490231002"), "“19490231”不是可能的出生日期"),
        (with_check_digit("11010518791231002"), "“18791231”不是可能的出生日期"),
        (with_check_digit("11010500000101002"), "“00000101”不是可能的出生日期"),
        ("110105194912310021", "校验码与前17位不符"),
    ],
)
def test_a_wrong_number_is_refused_with_what_to_do(number: str, message: str) -> None:
    check = check_identity_number(number)
    assert not check.ok
    assert any(message in fault for fault in check.faults)
    assert all("请" in fault for fault in check.faults)
    assert check.sex is None


def test_a_wrong_date_and_a_wrong_check_digit_are_both_told() -> None:
    assert len(check_identity_number("11010519490231002X").faults) == 2


@given(identity_numbers)
def test_every_number_of_the_right_form_passes(number: str) -> None:
    check = check_identity_number(number.lower())
    assert check.ok
    assert check.born_on is not None
    assert f"{check.born_on:%Y%m%d}" == number[6:14]
    assert (check.sex == "1") == (int(number[16]) % 2 == 1)


@given(identity_numbers, st.integers(0, 16), st.integers(1, 9))
def test_one_digit_mistyped_is_always_noticed(number: str, position: int, shift: int) -> None:
    wrong = str((int(number[position]) + shift) % 10)
    assert not check_identity_number(number[:position] + wrong + number[position + 1 :]).ok


@given(identity_numbers, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_noticed(number: str, position: int) -> None:
    swapped = number[:position] + number[position + 1] + number[position] + number[position + 2 :]
    assert swapped == number or not check_identity_number(swapped).ok


@given(st.text())
def test_whatever_is_typed_is_answered(text: str) -> None:
    check = check_identity_number(text)
    assert check.ok == (not check.faults)
    assert check.number == normal_form(text)


@pytest.mark.parametrize(
    ("certificate_type", "number"),
    [
        ("01", GOOD),
        ("02", "军字第1234567号"),
        ("03", "武字第123456号"),
        ("04", "h12345678"),
        ("04", "H1234567890"),
        ("05", "M12345678"),
        ("06", "12345678"),
        ("06", "1234567890A"),
        ("07", "USA123456789012"),
        ("07", "911124198108030024"),
        ("08", "P1234567"),
        ("09", f"{GOOD}43"),
        ("09", f"{GOOD}43B1"),
        ("10", "豫烈字（2001）第12号"),
        ("16", "EA1234567"),
        ("16", "E12345678"),
        ("17", with_check_digit("83000019900101001")),
        ("90", "A12345678"),
        ("99", "ABC-123"),
    ],
)
def test_each_certificate_has_its_own_form(certificate_type: str, number: str) -> None:
    check = check_certificate(certificate_type, number)
    assert check.ok, check.faults
    assert check.warnings == ()


@pytest.mark.parametrize(
    ("certificate_type", "number"),
    [
        ("04", "M12345678"),
        ("05", "H12345678"),
        ("06", "1234567"),
        ("07", "US123"),
        ("08", "护照1234567"),
        ("09", GOOD),
        ("16", "12345678"),
        ("17", "83000019900101001X"),
        ("90", "12"),
        ("99", "12"),
        ("99", " "),
    ],
)
def test_a_number_of_another_form_is_refused_with_what_to_do(certificate_type: str, number: str) -> None:
    check = check_certificate(certificate_type, number)
    assert check.faults
    assert all("请" in fault for fault in check.faults)


def test_an_unknown_kind_of_certificate_is_refused() -> None:
    assert "没有“55”这种证件类型" in check_certificate("55", GOOD).faults[0]


@pytest.mark.parametrize("certificate_type", CertificateType.values)
def test_every_kind_of_certificate_on_screen_has_a_form(certificate_type: str) -> None:
    assert all("证件类型" not in fault for fault in check_certificate(certificate_type, "1").faults)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (GOOD, "110***********002X"),
        (f" {GOOD} ", "110***********002X"),
        ("110105491231002", "110********1002"),
        ("H1234567890", "H********90"),
        ("E12345678", "E******78"),
        ("1234", "1**4"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_a_number_is_shown_by_its_ends_only(number: str, shown: str) -> None:
    assert mask_identity_number(number) == shown


@given(st.text(st.characters(categories=["Nd", "Lu"]), max_size=40))
def test_a_masked_number_keeps_its_length_and_never_shows_more_than_half(number: str) -> None:
    masked = mask_identity_number(number)
    assert len(masked) == len(number)
    assert masked.count("*") * 2 >= len(number)
    assert all(shown in ("*", plain) for shown, plain in zip(masked, number, strict=True))


@pytest.mark.parametrize("code", ["H11010100001", "P13110200012", " h11010100001 ", "Ｈ１１０１０１００００１"])
def test_a_good_institution_code_passes(code: str) -> None:
    check = check_institution_code(code)
    assert check.ok
    assert check.code[0] in "HP"
    assert len(check.region) == 6


def test_an_institution_code_tells_its_region_and_whether_it_is_a_pharmacy() -> None:
    assert check_institution_code("H11010100001").region == "110101"
    assert not check_institution_code("H11010100001").is_pharmacy
    assert check_institution_code("P11010100001").is_pharmacy


@pytest.mark.parametrize(
    ("code", "messages"),
    [
        ("H1101010001", ["应为12位，现在是11位"]),
        ("X11010100001", ["应以H（医疗机构）或P（零售药店）开头"]),
        ("H1101010000A", ["6位区划和5位顺序号"]),
        ("110101000012", ["应以H"]),
        ("HH1010100", ["应为12位", "6位区划和5位顺序号"]),
        ("", ["应为12位", "应以H"]),
    ],
)
def test_a_wrong_institution_code_names_every_fault(code: str, messages: list[str]) -> None:
    faults = check_institution_code(code).faults
    assert len(faults) == len(messages)
    assert all(message in fault for message, fault in zip(messages, faults, strict=True))
