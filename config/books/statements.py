"""对账: a statement is the sum of its settlements, and was agreed in time."""

from collections.abc import Mapping
from typing import Any

from config.books.check import Check, values_of
from settlement.parameters import AGREEMENT_DAY, DELAY_MONTHS

# While a statement is open, bills may come in that it does not show yet; it is brought up to date when it is agreed.
LINES = """
WITH settled AS (
    SELECT statement.id AS statement_id, held.home_province_id, held.host_province_id, held.insurance, held.service,
           held.settled_month, held.returned, held.origin_period,
           sum(CASE WHEN held.reversal_of_id IS NULL THEN 1 ELSE -1 END) AS visits, sum(held.total) AS total,
           sum(held.fund_total) AS fund, sum(held.account) AS account
    FROM settlement_settlement AS held
    JOIN settlement_statement AS statement
      ON statement.institution_id = held.institution_id AND statement.period = held.period
    WHERE statement.status IN ('agreed', 'cleared') AND held.period = coalesce(%(month)s, held.period)
    GROUP BY statement.id, held.home_province_id, held.host_province_id, held.insurance, held.service,
             held.settled_month, held.returned, held.origin_period),
lines AS (
    SELECT line.* FROM settlement_statementline AS line
    JOIN settlement_statement AS statement ON statement.id = line.statement_id
    WHERE statement.status IN ('agreed', 'cleared') AND statement.period = coalesce(%(month)s, statement.period))
SELECT statement.number AS "对账单", statement.period AS "对账期",
       coalesce(lines.home_province_id, settled.home_province_id) AS "参保省",
       coalesce(lines.insurance, settled.insurance) AS "险种", coalesce(lines.service, settled.service) AS "业务类型",
       coalesce(lines.settled_month, settled.settled_month) AS "费用所属月",
       CASE WHEN lines.id IS NULL THEN '缺明细' WHEN settled.statement_id IS NULL THEN '没有对应的结算'
            ELSE '与结算合计不等' END AS "问题",
       lines.visits AS "明细人次", settled.visits AS "结算人次", lines.amount AS "明细金额",
       settled.fund + settled.account AS "结算金额"
FROM settled FULL JOIN lines USING (
    statement_id, home_province_id, host_province_id, insurance, service, settled_month, returned, origin_period)
JOIN settlement_statement AS statement ON statement.id = statement_id
WHERE (lines.visits, lines.total, lines.fund, lines.account)
      IS DISTINCT FROM (settled.visits, settled.total, settled.fund, settled.account)
"""

LINE_PARTS = """
SELECT statement.number AS "对账单", statement.period AS "对账期", line.home_province_id AS "参保省",
       line.fund AS "基金支付", line.account AS "个人账户支付", line.deducted AS "审核扣款", line.amount AS "应结金额"
FROM settlement_statementline AS line
JOIN settlement_statement AS statement ON statement.id = line.statement_id
WHERE statement.period = coalesce(%(month)s, statement.period)
  AND (line.amount <> line.fund + line.account - line.deducted
       OR line.host_province_id <> statement.host_province_id
       OR CASE WHEN line.returned THEN greatest(line.visits, line.total, line.fund, line.account, line.amount) > 0
               ELSE least(line.visits, line.total, line.fund, line.account, line.deducted, line.amount) < 0 END)
"""

TOTALS = """
SELECT statement.number AS "对账单", statement.period AS "对账期", statement.visits AS "人次",
       coalesce(sums.visits, 0) AS "明细人次", statement.amount AS "应结金额", coalesce(sums.amount, 0) AS "明细金额"
FROM settlement_statement AS statement
LEFT JOIN (SELECT statement_id, sum(visits) AS visits, sum(amount) AS amount
           FROM settlement_statementline GROUP BY statement_id) AS sums ON sums.statement_id = statement.id
WHERE statement.period = coalesce(%(month)s, statement.period)
  AND (statement.visits <> coalesce(sums.visits, 0) OR statement.amount <> coalesce(sums.amount, 0))
"""

AGREED = """
WITH dated AS (SELECT * FROM unnest(%(agreement_since)s::date[], %(agreement_days)s::int[]) AS dated (since, day)),
held AS (
    SELECT statement.*, to_date(declared_period || '-01', 'YYYY-MM-DD') + interval '1 month' AS next_month
    FROM settlement_statement AS statement
    WHERE status IN ('agreed', 'cleared') AND period = coalesce(%(month)s, period)),
due AS (
    SELECT held.*, (next_month::date - 1) + (
               SELECT day FROM dated WHERE since < held.next_month ORDER BY since DESC LIMIT 1) AS agreed_by
    FROM held)
SELECT number AS "对账单", period AS "对账期", declared_period AS "申报清算期", agreed_by AS "应于",
       institution_agreed_at AS "机构确认时间", agreed_at AS "双方确认时间"
FROM due
WHERE agreed_at IS NULL OR institution_agreed_at IS NULL OR institution_agreed_at > agreed_at
   OR (agreed_at AT TIME ZONE 'Asia/Shanghai')::date > agreed_by
"""

DELAYS = """
WITH dated AS (SELECT * FROM unnest(%(delay_since)s::date[], %(delay_months)s::int[]) AS dated (since, months)),
held AS (
    SELECT statement.*, left(declared_period, 4)::int * 12 + right(declared_period, 2)::int
           - left(period, 4)::int * 12 - right(period, 2)::int AS counted,
           (SELECT months FROM dated WHERE since <= to_date(period || '-01', 'YYYY-MM-DD')
            ORDER BY since DESC LIMIT 1) AS at_most
    FROM settlement_statement AS statement WHERE period = coalesce(%(month)s, period))
SELECT number AS "对账单", period AS "对账期", declared_period AS "申报清算期", delayed_months AS "延期月数",
       counted AS "应为", at_most AS "上限"
FROM held
WHERE counted < 0 OR delayed_months <> counted OR (status <> 'over_limit' AND delayed_months > at_most)
"""


def _agreement_days() -> Mapping[str, Any]:
    since, days = values_of(AGREEMENT_DAY)
    return {"agreement_since": since, "agreement_days": days}


def _delay_months() -> Mapping[str, Any]:
    since, months = values_of(DELAY_MONTHS)
    return {"delay_since": since, "delay_months": months}


CHECKS = (
    Check("对账明细", "双方确认的对账单，其明细恰为所列结算的合计，不缺不多。", "规程第四十条", LINES),
    Check("对账明细金额", "应结金额＝基金支付＋个人账户－审核扣款；返还为负，其余不为负。", "规程第四十条", LINE_PARTS),
    Check("对账单合计", "对账单的人次、金额等于其明细之和。", "规程第四十条", TOTALS),
    Check("按期确认", "双方确认的对账单有确认时间，先机构后经办，不迟于申报期次月20日。", "规程第四十条", AGREED, _agreement_days),
    Check("延期月数", "申报清算期不早于对账期，延期月数如数，不超过上限。", "规程第五十条", DELAYS, _delay_months),
)  # fmt: skip
