"""The law's numbers for clearing."""

from datetime import date

from common.law import PROCEDURES_2022, Article, Dated, Value

SHEET_DAY = Dated(
    "day of the following month on which the clearing sheet is generated",
    Value(date(2023, 1, 1), 21, Article(PROCEDURES_2022, "第四十六条", "于每月21日生成")),
)
CONFIRMATION_DAY = Dated(
    "day of the month by which the provinces confirm the sheet",
    Value(date(2023, 1, 1), 25, Article(PROCEDURES_2022, "第四十六条", "于每月25日前确认上述内容")),
)
NOTICE_ARTICLE = Article(PROCEDURES_2022, "第四十七条", "于每月底前根据确认后的")
