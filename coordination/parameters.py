"""The law's numbers for what offices write to each other."""

from datetime import date

from common.law import PROCEDURES_2022, Article, Dated, Value

VERIFICATION_LIST_DAY = Dated(
    "day of the month at whose first moment the requests for cost verification are frozen into a list",
    Value(date(2023, 1, 1), 26, Article(PROCEDURES_2022, "第五十八条", "26日零时")),
)
