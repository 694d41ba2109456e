"""How the portal presents itself: its name, and the sidebar by stage in the order of the process."""

from collections.abc import Callable
from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

TITLE = "跨省异地就医直接结算经办门户"


def _may_view(permission: str) -> Callable[[Any], bool]:
    return lambda request: request.user.has_perm(permission)


def _item(title: str, icon: str, app: str, model: str) -> dict[str, Any]:
    """A list in the sidebar, for those who may view it."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": _may_view(f"{app}.view_{model}"),
    }


def _stage(title: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "items": list(items), "separator": False}


def environment(request: Any) -> list[str] | None:
    """A badge that tells the demo from the real thing."""
    from django.conf import settings

    return ["演示环境", "warning"] if settings.DEMO else None


SIDEBAR = [
    _stage("", {"title": "首页", "icon": "home", "link": reverse_lazy("admin:index")}),
    _stage(
        "备案",
        _item("参保人员", "badge", "registry", "insuredperson"),
        _item("异地就医备案", "assignment", "filings", "filing"),
    ),
    _stage(
        "结算",
        _item("结算", "receipt_long", "settlement", "settlement"),
        _item("待遇政策", "policy", "settlement", "policy"),
    ),
    _stage("对账", _item("月度对账单", "fact_check", "settlement", "statement")),
    _stage(
        "清算",
        _item("全国清算表", "table_view", "clearing", "sheet"),
        _item("分省清算表", "map", "clearing", "provincesheet"),
        _item("清算明细", "table_rows", "clearing", "sheetrow"),
    ),
    _stage("通知书", _item("收付款通知书", "description", "clearing", "notice")),
    _stage(
        "基础信息",
        _item("定点医药机构", "local_hospital", "registry", "institution"),
        _item("经办机构", "account_balance", "registry", "agency"),
        _item("统筹地区", "location_city", "registry", "poolingarea"),
        _item("行政区划", "public", "registry", "region"),
        _item("门诊慢特病病种", "healing", "registry", "chronicdisease"),
        _item("财政收款专户", "account_balance_wallet", "registry", "fiscalaccount"),
        _item("工作日历", "calendar_month", "registry", "workingday"),
    ),
    _stage(
        "运行",
        {
            **_item("一致性检查", "rule", "common", "examination"),
            "link": reverse_lazy("admin:common_examination_latest"),
        },
        _item("作业运行记录", "schedule", "common", "jobrun"),
        _item("工作人员", "group", "registry", "staff"),
    ),
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": TITLE,
    "SITE_HEADER": "跨省异地就医",
    "SITE_SUBHEADER": "直接结算经办门户",
    "SITE_SYMBOL": "swap_horiz",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("portal/favicon.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": False,
    "SHOW_BACK_BUTTON": True,
    "ENVIRONMENT": "config.navigation.environment",
    "DASHBOARD_CALLBACK": "config.admin.home.context",
    "GLOBAL_CALLBACK": "config.admin.home.everywhere",
    "STYLES": [lambda request: static("portal/portal.css")],
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.6)",
            "100": "oklch(93.2% .032 255.6)",
            "200": "oklch(88.2% .059 254.1)",
            "300": "oklch(80.9% .105 251.8)",
            "400": "oklch(70.7% .165 254.6)",
            "500": "oklch(62.3% .214 259.8)",
            "600": "oklch(54.6% .245 262.9)",
            "700": "oklch(48.8% .243 264.4)",
            "800": "oklch(42.4% .199 265.6)",
            "900": "oklch(37.9% .146 265.5)",
            "950": "oklch(28.2% .091 267.9)",
        },
    },
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": SIDEBAR},
}
