"""The people who can sign in to the demo, and the provinces' invented accounts."""

from datetime import date

from django.conf import settings
from django.contrib.auth.hashers import make_password

from registry.enums import RegionLevel, Role
from registry.models import (
    FiscalAccount,
    Region,
    Staff,
)

NETWORKED_SINCE = date(2023, 1, 1)
FIRST_HOSPITAL = "H11010100001"

LOGINS = (
    ("national.operator", "国家经办业务员", Role.OPERATOR, "100000"),
    ("national.supervisor", "国家经办主管", Role.SUPERVISOR, "100000"),
    ("henan.operator", "河南省业务员", Role.OPERATOR, "410000"),
    ("henan.supervisor", "河南省主管", Role.SUPERVISOR, "410000"),
    ("henan.finance", "河南省财务", Role.FINANCE, "410000"),
    ("beijing.operator", "北京市业务员", Role.OPERATOR, "110000"),
    ("beijing.supervisor", "北京市主管", Role.SUPERVISOR, "110000"),
    ("beijing.finance", "北京市财务", Role.FINANCE, "110000"),
    ("zhoukou.clerk", "周口经办员一", Role.CLERK, "411600"),
    ("zhoukou.clerk2", "周口经办员二", Role.CLERK, "411600"),
    ("zhoukou.supervisor", "周口主管", Role.SUPERVISOR, "411600"),
    ("beijing.clerk", "北京经办员", Role.CLERK, "119900"),
    ("hospital.beijing", "北京演示第一医院医保办", Role.INSTITUTION, FIRST_HOSPITAL),
    ("auditor", "审计员", Role.AUDITOR, "100000"),
    ("admin", "系统管理员", Role.ADMINISTRATOR, "100000"),
)


def staff() -> None:
    """Make the demo logins of the interfaces; their password is DEMO_PASSWORD."""
    password = make_password(settings.DEMO_PASSWORD)
    for username, name, role, organisation in LOGINS:
        belongs = "institution_id" if role == Role.INSTITUTION else "agency_id"
        Staff.objects.update_or_create(
            username=username, defaults={"name": name, "role": role, "password": password, belongs: organisation}
        )


def fiscal_accounts() -> None:
    """Make an invented receiving account for every province that has none (annex 10)."""
    provinces = Region.objects.filter(level=RegionLevel.PROVINCE, valid_until=None).order_by("code")
    missing = provinces.exclude(pk__in=FiscalAccount.objects.values("province"))
    FiscalAccount.objects.bulk_create(
        FiscalAccount(
            province=province,
            account_name=f"{province.name}财政厅（局）社会保障基金财政专户（演示）",
            bank_name=f"演示银行{province.name}分行",
            bank_code=f"{province.code}000000",
            account_number=f"9900{province.code}000001",
            valid_from=NETWORKED_SINCE,
        )
        for province in missing
    )
