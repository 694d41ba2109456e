"""The calendar of a month: what the law asks for in the month after it, on which day, by which article."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from clearing.parameters import CONFIRMATION_DAY, NOTICE_ARTICLE, SHEET_DAY
from common.dates import Month
from common.law import Article, Dated
from coordination.parameters import VERIFICATION_LIST_DAY
from settlement.parameters import AGREEMENT_DAY, RECONCILIATION_DAY


class Stage(Enum):
    """A stage of the month, by what happens in it."""

    RECONCILIATION = "上月逐日对账全部完成"
    AGREEMENT = "对账单双方确认，申报截止"
    SHEET = "生成全国和分省清算表"
    CONFIRMATION = "各省确认清算表"
    VERIFICATION_LIST = "费用协查申请汇总冻结"
    NOTICES = "发布付款、收款通知书"


@dataclass(frozen=True)
class Due:
    """A stage with its day and its article."""

    stage: Stage
    on: date
    article: Article

    @property
    def is_month_end(self) -> bool:
        """The last day of the month, whichever that is."""
        return self.stage is Stage.NOTICES


def timeline(month: Month) -> tuple[Due, ...]:
    """The stages of the month's costs in the order of their days, by the numbers in force for that month."""
    then = month.next()
    return (
        _on_day(Stage.RECONCILIATION, RECONCILIATION_DAY, month),
        _on_day(Stage.AGREEMENT, AGREEMENT_DAY, month),
        _on_day(Stage.SHEET, SHEET_DAY, month),
        _on_day(Stage.CONFIRMATION, CONFIRMATION_DAY, month),
        _on_day(Stage.VERIFICATION_LIST, VERIFICATION_LIST_DAY, month),
        Due(Stage.NOTICES, then.last, NOTICE_ARTICLE),
    )


def _on_day(stage: Stage, number: Dated[int], month: Month) -> Due:
    law = number.value_on(month.last)
    return Due(stage, month.next().day(law.value), law.article)
