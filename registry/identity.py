"""Is this number right in form? Length, birth date and check digit decide; an unknown region is only worth a look."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum import numdb
from stdnum.cn import ric

Sex = Literal["1", "2"]  # national gend: 1 男, 2 女

IDENTITY_CARD = "01"
RESIDENCE_PERMIT = "17"
TAIWAN = "830000"  # the prefix of residence permits of people from Taiwan, absent from GB/T 2260
EARLIEST_BIRTH = date(1880, 1, 1)  # 解释: nobody insured was born before; an earlier year is a slip


@dataclass(frozen=True)
class IdentityCheck:
    """A certificate number as it is kept, with every fault and what to do; warnings never refuse."""

    number: str
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    born_on: date | None = None
    sex: Sex | None = None

    @property
    def ok(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class InstitutionCodeCheck:
    """An institution's code as it is kept, with every fault and what to do; the region is the six digits inside."""

    code: str
    faults: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults

    @property
    def is_pharmacy(self) -> bool:
        return self.code.startswith("P")

    @property
    def region(self) -> str:
        return self.code[1:7]


@dataclass(frozen=True)
class _Form:
    """How the number of a kind of certificate is written."""

    name: str
    pattern: str
    example: str


# 解释: no public text fixes these forms; the patterns are lenient and catch slips of the keyboard, not forgeries.
_ANY = r"[0-9A-Z一-鿿()（）〔〕\[\]/.·-]{3,50}"
FORMS = {
    "02": _Form("军官证", _ANY, "证件上的字号和数字，至少3位"),
    "03": _Form("武警警官证", _ANY, "证件上的字号和数字，至少3位"),
    "04": _Form("港澳居民来往内地通行证（香港）", r"H[0-9]{8}([0-9]{2})?", "H加8位或10位数字"),
    "05": _Form("港澳居民来往内地通行证（澳门）", r"M[0-9]{8}([0-9]{2})?", "M加8位或10位数字"),
    "06": _Form("台湾居民来往大陆通行证", r"[0-9]{8}|[0-9]{10}[0-9A-Z]?", "8位数字，或10位数字加签发次数"),
    "07": _Form("外国人永久居留证", r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]", "3位字母加12位数字，或9开头的18位号码"),
    "08": _Form("外国人护照", r"[0-9A-Z]{5,20}", "5至20位字母和数字"),
    "09": _Form("残疾人证", r"[0-9]{17}[0-9X][0-9]{2}(B[0-9]{1,2})?", "18位身份证号加类别、等级各1位"),
    "10": _Form("军烈属证明", _ANY, "证明上的编号，至少3位"),
    "11": _Form("外国人就业证", _ANY, "证件上的编号，至少3位"),
    "12": _Form("外国专家证", _ANY, "证件上的编号，至少3位"),
    "13": _Form("外国常驻记者证", _ANY, "证件上的编号，至少3位"),
    "14": _Form("台港澳人员就业证", _ANY, "证件上的编号，至少3位"),
    "15": _Form("回国（来华）定居专家证", _ANY, "证件上的编号，至少3位"),
    "16": _Form("中国护照", r"[A-Z]{1,2}[0-9]{7,8}", "1至2位字母加7至8位数字"),
    "90": _Form("社会保障卡", r"[0-9A-Z]{6,30}", "6至30位字母和数字"),
    "99": _Form("其他证件", _ANY, "证件上的编号，至少3位"),
}


def check_certificate(certificate_type: str, number: str) -> IdentityCheck:
    """The number by the form of its certificate (national psn_cert_type); every fault says in Chinese what to do."""
    if certificate_type in (IDENTITY_CARD, RESIDENCE_PERMIT):
        return check_identity_number(number)
    if certificate_type not in FORMS:
        return IdentityCheck(
            normal_form(number), (f"没有“{certificate_type}”这种证件类型，请按代码表选择01至17、90或99",)
        )
    form, normal = FORMS[certificate_type], normal_form(number)
    if not normal:
        return IdentityCheck(normal, (f"{form.name}号码是空的，请填写",))
    if not re.fullmatch(form.pattern, normal):
        return IdentityCheck(normal, (f"{form.name}号码“{normal}”不符合格式（{form.example}），请对照证件核对",))
    return IdentityCheck(normal)


def check_identity_number(number: str) -> IdentityCheck:
    """A resident identity number (公民身份号码, GB 11643): 18 characters, a real birth date, the right check digit.

    Full-width characters, blanks and a lower-case x are put right. An unknown region is a warning, since real
    people bear the codes of counties long abolished. Whether the birth date lies ahead is for the caller, who
    knows the day.
    """
    normal = normal_form(number)
    fault = _length_fault(normal) or _character_fault(normal)
    if fault:
        return IdentityCheck(normal, (fault,))
    born_on = _birth_date(normal)
    faults = []
    if born_on is None:
        faults.append(f"第7至14位“{normal[6:14]}”不是可能的出生日期，请对照证件核对")
    if ric.calc_check_digit(normal) != normal[-1]:
        faults.append("最后一位校验码与前17位不符，多为某一位录错，请对照证件逐位核对")
    sex: Sex = "1" if int(normal[16]) % 2 else "2"
    return IdentityCheck(normal, tuple(faults), _region_warnings(normal), born_on, None if faults else sex)


def mask_identity_number(number: str) -> str:
    """The number as it may be shown: first three and last four; a short one shows less, never more than half."""
    plain = number.strip()
    first, last = (3, 4) if len(plain) >= 14 else (1, len(plain) // 4)
    if len(plain) < 4:
        return "*" * len(plain)
    return plain[:first] + "*" * (len(plain) - first - last) + plain[len(plain) - last :]


def check_institution_code(code: str) -> InstitutionCodeCheck:
    """A national institution code: H (医疗机构) or P (零售药店), six digits of region, five digits."""
    normal = normal_form(code)
    return InstitutionCodeCheck(normal, tuple(fault for fault in (find(normal) for find in _CODE_FAULTS) if fault))


def normal_form(number: str) -> str:
    """Half-width, upper case, without blanks and invisible characters."""
    plain = unicodedata.normalize("NFKC", number)
    return "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) != "Cf").upper()


def _length_fault(normal: str) -> str:
    if not normal:
        return "身份证号是空的，请填写18位号码"
    if re.fullmatch(r"[0-9]{15}", normal):
        return "15位旧身份证号已停止使用，请向参保人索取18位号码后重新填写"
    if re.fullmatch(r"[0-9.]+E\+?[0-9]+", normal):
        return "号码被表格软件改成了科学记数，末几位已丢失，请将该列设为文本格式后重新填写"
    if len(normal) != 18:
        return f"身份证号应为18位，现在是{len(normal)}位，请对照证件核对"
    return ""


def _character_fault(normal: str) -> str:
    for position, sign in enumerate(normal, start=1):
        if sign not in "0123456789" and not (position == 18 and sign == "X"):
            allowed = "数字或X" if position == 18 else "数字"
            return f"第{position}位“{sign}”不是{allowed}，请对照证件核对"
    return ""


def _birth_date(normal: str) -> date | None:
    try:
        born_on = date(int(normal[6:10]), int(normal[10:12]), int(normal[12:14]))
    except ValueError:
        return None
    return born_on if born_on >= EARLIEST_BIRTH else None


def _region_warnings(normal: str) -> tuple[str, ...]:
    found = numdb.get("cn/loc").info(normal[:6])
    if normal.startswith(TAIWAN) or any("county" in properties for _, properties in found):
        return ()
    return (f"前6位“{normal[:6]}”查不到对应的行政区划，请留意核对，不影响办理",)


def _code_length_fault(code: str) -> str:
    return "" if len(code) == 12 else f"机构编号应为12位，现在是{len(code)}位，请核对"


def _code_kind_fault(code: str) -> str:
    return "" if code[:1] in ("H", "P") else "机构编号应以H（医疗机构）或P（零售药店）开头，请核对"


def _code_digits_fault(code: str) -> str:
    return "" if re.fullmatch(r"[0-9]*", code[1:]) else "机构编号首字母之后应为6位区划和5位顺序号，都是数字，请核对"


_CODE_FAULTS: tuple[Callable[[str], str], ...] = (_code_length_fault, _code_kind_fault, _code_digits_fault)
