"""The law's numbers for settlements and statements."""

from datetime import date

from common.law import PROCEDURES_2022, Article, Dated, Value

RECONCILIATION_DAY = Dated(
    "day of the following month by which the month's daily reconciliation is finished",
    Value(date(2023, 1, 1), 3, Article(PROCEDURES_2022, "第三十八条", "每月3日前完成上月所有结算费用的对账")),
)
AGREEMENT_DAY = Dated(
    "day of the following month by which office and institution agree the month",
    Value(date(2023, 1, 1), 20, Article(PROCEDURES_2022, "第四十条", "在次月20日前完成与定点医药机构对账确认工作")),
)
DELAY_MONTHS = Dated(
    "months by which a month's settlements may be late for clearing at most",
    Value(date(2023, 1, 1), 2, Article(PROCEDURES_2022, "第五十条", "清算延期最长不超过2个月")),
)
DETAIL_DAYS = Dated(
    "calendar days after settlement within which an inpatient's details are uploaded",
    Value(date(2023, 1, 1), 3, Article(PROCEDURES_2022, "第三十九条", "3日内将医疗费用明细上传")),
)
