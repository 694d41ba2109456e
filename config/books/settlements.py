"""结算: the parts add up, what hangs on a settlement is there, and a reversal is its settlement negated."""

from config.books.check import Check

CHARGES = """
SELECT number AS "结算编号", period AS "对账期", total AS "医疗费总额",
       in_scope + out_of_scope + over_limit + first_self_pay AS "各部分合计"
FROM settlement_settlement
WHERE total <> in_scope + out_of_scope + over_limit + first_self_pay AND period = coalesce(%(month)s, period)
"""

FUNDS = """
SELECT number AS "结算编号", period AS "对账期", fund_total AS "基金支付总额",
       pool_amount + large_sum_amount + critical_amount + civil_servant_amount + enterprise_amount + aid_amount
       + other_amount AS "各项基金合计"
FROM settlement_settlement
WHERE fund_total <> pool_amount + large_sum_amount + critical_amount + civil_servant_amount + enterprise_amount
                    + aid_amount + other_amount
  AND period = coalesce(%(month)s, period)
"""

BEARERS = """
SELECT number AS "结算编号", period AS "对账期", total AS "医疗费总额", fund_total AS "基金支付总额",
       personal AS "个人负担", account AS "个人账户支付", cash AS "个人现金支付"
FROM settlement_settlement
WHERE (total <> fund_total + personal OR personal <> account + cash) AND period = coalesce(%(month)s, period)
"""

SIGNS = """
SELECT number AS "结算编号", period AS "对账期", total AS "医疗费总额", fund_total AS "基金支付总额",
       personal AS "个人负担", reversal_of_id IS NOT NULL AS "冲销", returned AS "返还"
FROM settlement_settlement
WHERE period = coalesce(%(month)s, period)
  AND (CASE WHEN reversal_of_id IS NULL THEN least(total, fund_total, personal, account, cash) < 0
                                             OR returned
            ELSE greatest(total, fund_total, personal, account, cash) > 0 END)
"""

PLACES = """
SELECT settled.number AS "结算编号", settled.period AS "对账期", settled.home_area_id AS "参保地",
       settled.home_province_id AS "参保省", settled.host_area_id AS "就医地", settled.host_province_id AS "就医省"
FROM settlement_settlement AS settled
JOIN registry_poolingarea AS home ON home.code = settled.home_area_id
JOIN registry_poolingarea AS host ON host.code = settled.host_area_id
WHERE settled.period = coalesce(%(month)s, settled.period)
  AND (settled.home_province_id = settled.host_province_id
       OR settled.home_province_id <> home.province_id OR settled.host_province_id <> host.province_id)
"""

LINES = """
WITH lines AS (
    SELECT month, settlement_id, sum(amount) AS amount, sum(out_of_scope) AS out_of_scope,
           sum(over_limit) AS over_limit, sum(in_scope + first_self_pay) AS rest
    FROM settlement_chargeline WHERE month = coalesce(%(month)s, month)
    GROUP BY month, settlement_id),
settled AS (
    SELECT id, number, period, total, out_of_scope, over_limit, in_scope + first_self_pay AS rest
    FROM settlement_settlement WHERE period = coalesce(%(month)s, period))
SELECT coalesce(settled.number, '没有编号为 ' || lines.settlement_id || ' 的结算') AS "结算编号",
       coalesce(settled.period, lines.month) AS "对账期", settled.total AS "医疗费总额", lines.amount AS "明细合计",
       settled.out_of_scope AS "全自费", lines.out_of_scope AS "明细全自费", settled.over_limit AS "超限价",
       lines.over_limit AS "明细超限价"
FROM lines FULL JOIN settled ON settled.id = lines.settlement_id AND settled.period = lines.month
WHERE (settled.total, settled.out_of_scope, settled.over_limit, settled.rest)
      IS DISTINCT FROM (lines.amount, lines.out_of_scope, lines.over_limit, lines.rest)
"""

LINE_PARTS = """
SELECT month AS "对账期", settlement_id AS "结算", line AS "序号", amount AS "金额",
       in_scope + out_of_scope + over_limit + first_self_pay AS "各部分合计"
FROM settlement_chargeline
WHERE amount <> in_scope + out_of_scope + over_limit + first_self_pay AND month = coalesce(%(month)s, month)
"""

STEPS = """
SELECT coalesce(settled.number, '没有编号为 ' || steps.settlement_id || ' 的结算') AS "结算编号",
       coalesce(settled.period, steps.month) AS "对账期",
       CASE WHEN settled.id IS NULL THEN '计算过程没有对应的结算'
            WHEN steps.settlement_id IS NULL THEN '缺计算过程' ELSE '计算过程为空' END AS "问题"
FROM (SELECT * FROM settlement_settlementsteps WHERE month = coalesce(%(month)s, month)) AS steps
FULL JOIN (SELECT id, number, period FROM settlement_settlement WHERE period = coalesce(%(month)s, period)) AS settled
  ON settled.id = steps.settlement_id AND settled.period = steps.month
WHERE settled.id IS NULL OR steps.settlement_id IS NULL OR steps.steps = '[]'
"""

REVERSALS = """
SELECT reversal.number AS "冲销编号", reversal.period AS "对账期", original.number AS "原结算编号",
       reversal.total AS "冲销总额", original.total AS "原总额",
       CASE WHEN original.reversal_of_id IS NOT NULL THEN '冲销的对象本身是冲销'
            WHEN reversal.times > 1 THEN '同一结算冲销了不止一次'
            WHEN reversal.settled_at < original.settled_at THEN '冲销早于原结算'
            WHEN reversal.whose <> original.whose THEN '人员、机构等与原结算不同'
            ELSE '金额不是原结算的相反数' END AS "问题"
FROM (SELECT held.*, count(*) OVER (PARTITION BY reversal_of_id) AS times,
             (person_id, insurance, home_area_id, home_province_id, institution_id, host_area_id, host_province_id,
              filing_id, filing_category, policy_id, service, disease, begun_on)::text AS whose
      FROM settlement_settlement AS held WHERE reversal_of_id IS NOT NULL) AS reversal
JOIN (SELECT held.*,
             (person_id, insurance, home_area_id, home_province_id, institution_id, host_area_id, host_province_id,
              filing_id, filing_category, policy_id, service, disease, begun_on)::text AS whose
      FROM settlement_settlement AS held) AS original ON original.id = reversal.reversal_of_id
WHERE reversal.period = coalesce(%(month)s, reversal.period)
  AND (original.reversal_of_id IS NOT NULL OR reversal.times > 1 OR reversal.settled_at < original.settled_at
       OR reversal.whose <> original.whose
       OR (reversal.total, reversal.out_of_scope, reversal.over_limit, reversal.first_self_pay, reversal.in_scope,
           reversal.deductible, reversal.pool_amount, reversal.large_sum_amount, reversal.critical_amount,
           reversal.civil_servant_amount, reversal.enterprise_amount, reversal.aid_amount, reversal.other_amount,
           reversal.fund_total, reversal.personal, reversal.account, reversal.cash)
          <> (-original.total, -original.out_of_scope, -original.over_limit, -original.first_self_pay,
              -original.in_scope, -original.deductible, -original.pool_amount, -original.large_sum_amount,
              -original.critical_amount, -original.civil_servant_amount, -original.enterprise_amount,
              -original.aid_amount, -original.other_amount, -original.fund_total, -original.personal,
              -original.account, -original.cash))
"""

REVERSAL_PERIODS = """
SELECT reversal.number AS "冲销编号", reversal.period AS "对账期", original.number AS "原结算编号",
       original.period AS "原对账期", reversal.settled_month AS "费用所属月", original.settled_month AS "原费用所属月",
       reversal.origin_period AS "所记原对账期", reversal.returned AS "返还"
FROM settlement_settlement AS reversal
JOIN settlement_settlement AS original ON original.id = reversal.reversal_of_id
WHERE reversal.period = coalesce(%(month)s, reversal.period)
  AND (reversal.settled_month <> original.settled_month OR reversal.period < original.period
       OR reversal.origin_period <> original.period OR reversal.returned <> (reversal.period <> original.period))
"""

PERIODS = """
SELECT number AS "结算编号", period AS "对账期", settled_month AS "费用所属月", settled_on AS "结算日",
       settled_at AS "结算时间"
FROM settlement_settlement
WHERE period = coalesce(%(month)s, period)
  AND (period < settled_month OR settled_on <> (settled_at AT TIME ZONE 'Asia/Shanghai')::date
       OR (reversal_of_id IS NULL AND (settled_month <> to_char(settled_on, 'YYYY-MM') OR origin_period <> period)))
"""

# A bill that came in after the statements of the month were drawn waits for those of the next month.
DECLARED = """
WITH last AS (SELECT max(period) AS period FROM clearing_sheet)
SELECT settled.number AS "结算编号", settled.period AS "对账期", settled.institution_id AS "医药机构"
FROM settlement_settlement AS settled
CROSS JOIN last
LEFT JOIN settlement_statement AS statement
  ON statement.institution_id = settled.institution_id AND statement.period = settled.period
LEFT JOIN settlement_incomingmessage AS message ON message.id = settled.message_id
WHERE statement.id IS NULL AND settled.period <= last.period AND settled.period = coalesce(%(month)s, settled.period)
  AND greatest(settled.settled_at, message.received_at)
      < (to_date(last.period || '-01', 'YYYY-MM-DD') + interval '1 month') AT TIME ZONE 'Asia/Shanghai'
"""

CHECKS = (
    Check("费用分割", "医疗费总额＝符合政策范围＋全自费＋超限价＋先行自付。", "规程第三十二条、第三十三条", CHARGES),
    Check("基金分项", "基金支付总额＝各项基金支付之和。", "规程第三十一条", FUNDS),
    Check("费用承担", "医疗费总额＝基金支付＋个人负担，个人负担＝个人账户＋现金。", "规程第三十一条", BEARERS),
    Check("结算正负", "结算不为负，冲销不为正，只有冲销才返还。", "规程第四十二条", SIGNS),
    Check("参保省与就医省", "参保省与就医省不同，且与参保地、就医地所属省份一致。", "规程第二条", PLACES),
    Check("费用明细", "费用明细在其对账期内，合计等于结算，不多不少。", "规程第三十二条、第三十三条", LINES),
    Check("费用明细分割", "每项明细的金额等于其各部分之和。", "规程第三十二条、第三十三条", LINE_PARTS),
    Check("计算过程", "每笔结算在其对账期内有且只有一份计算过程。", "规程第三十一条", STEPS),
    Check("冲销", "冲销与原结算人员、机构相同，金额恰好相反，一笔结算至多冲销一次。", "规程第四十二条", REVERSALS),
    Check(
        "冲销的期别", "冲销与原结算的费用所属月相同，注明原对账期；与原结算不在同一对账期的列为返还。",
        "规程第四十二条、第五十一条", REVERSAL_PERIODS,
    ),
    Check("结算的期别", "对账期不早于费用所属月，费用所属月是结算日所在月。", "规程第四十条、第五十条", PERIODS),
    Check("列入对账单", "已清算的月份，其结算都列入了对账单。", "规程第四十条", DECLARED),
)  # fmt: skip
