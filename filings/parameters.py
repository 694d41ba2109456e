"""The law's numbers for filings."""

from datetime import date

from common.law import NOTICE_2022_22, PROCEDURES_2022, Article, Dated, Value

DECISION_WORKING_DAYS = Dated(
    "working days within which a filing through the national online channels is decided",
    Value(date(2023, 1, 1), 2, Article(PROCEDURES_2022, "第九条", "原则上参保地经办机构应在两个工作日内办结")),
)
TEMPORARY_MONTHS = Dated(
    "months for which a temporary filing is valid at least",
    Value(date(2023, 1, 1), 6, Article(PROCEDURES_2022, "第十条", "有效期原则上不少于6个月")),
)
CHANGE_LOCK_MONTHS = Dated(
    "months at most for which an area may refuse a change or cancellation of a long-term filing",
    Value(date(2022, 6, 30), 6, Article(NOTICE_2022_22, "二（三）", "原则上不超过6个月")),
)
