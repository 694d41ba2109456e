"""清算: a sheet is the sum of what was agreed, is still what was frozen, and foots for the nation and each province."""

from config.books.check import Check

# What was wholly taken back before it was cleared has no row.
ROWS = """
WITH sums AS (
    SELECT statement.declared_period AS period, line.home_province_id AS home_id, line.host_province_id AS host_id,
           line.insurance, line.service, line.paid_back AS returned,
           jsonb_agg(DISTINCT line.settled_month ORDER BY line.settled_month) AS months,
           abs(sum(line.visits)) AS visits, abs(sum(line.total)) AS total, abs(sum(line.fund)) AS fund,
           abs(sum(line.account)) AS account, abs(sum(line.deducted)) AS deducted, abs(sum(line.amount)) AS amount
    FROM settlement_statementline AS line
    JOIN settlement_statement AS statement ON statement.id = line.statement_id
    WHERE statement.status = 'cleared' AND statement.declared_period = coalesce(%(month)s, statement.declared_period)
    GROUP BY statement.declared_period, line.home_province_id, line.host_province_id, line.insurance, line.service,
             line.paid_back
    HAVING sum(line.visits) <> 0 OR sum(line.total) <> 0 OR sum(line.amount) <> 0),
held AS (
    SELECT sheet.period, line.* FROM clearing_sheetrow AS line JOIN clearing_sheet AS sheet ON sheet.id = line.sheet_id
    WHERE sheet.period = coalesce(%(month)s, sheet.period))
SELECT period AS "清算期", home_id AS "参保省", host_id AS "就医省", insurance AS "险种", service AS "业务类型",
       returned AS "返还",
       CASE WHEN held.id IS NULL THEN '缺清算明细' WHEN sums.amount IS NULL THEN '没有对应的对账明细'
            ELSE '与对账明细合计不等' END AS "问题",
       held.visits AS "人次", sums.visits AS "对账人次", held.amount AS "清算金额", sums.amount AS "对账金额"
FROM sums FULL JOIN held USING (period, home_id, host_id, insurance, service, returned)
WHERE (held.months, held.visits, held.total, held.fund, held.account, held.deducted, held.amount)
      IS DISTINCT FROM (sums.months, sums.visits, sums.total, sums.fund, sums.account, sums.deducted, sums.amount)
"""

# Of a statement that no sheet has taken yet nothing is paid back; in a sheet, what an earlier one has cleared and no more.
PAID_BACK = """
SELECT statement.number AS "对账单", statement.declared_period AS "申报清算期", line.settled_month AS "费用所属月",
       line.origin_period AS "原对账期", origin.declared_period AS "原清算期", origin.status AS "原对账单状态",
       line.amount AS "应结金额", line.paid_back AS "列入返还清算"
FROM settlement_statementline AS line
JOIN settlement_statement AS statement ON statement.id = line.statement_id
LEFT JOIN settlement_statement AS origin
  ON origin.institution_id = statement.institution_id AND origin.period = line.origin_period
WHERE statement.declared_period = coalesce(%(month)s, statement.declared_period)
  AND CASE WHEN statement.status = 'cleared' AND line.returned
           THEN (origin.status = 'cleared' AND origin.declared_period <= statement.declared_period
                 AND line.paid_back = (origin.declared_period < statement.declared_period)) IS NOT TRUE
           ELSE line.paid_back END
"""

ROW_PARTS = """
SELECT sheet.period AS "清算期", line.home_id AS "参保省", line.host_id AS "就医省", line.fund AS "基金支付",
       line.account AS "个人账户支付", line.deducted AS "审核扣款", line.amount AS "清算金额"
FROM clearing_sheetrow AS line JOIN clearing_sheet AS sheet ON sheet.id = line.sheet_id
WHERE sheet.period = coalesce(%(month)s, sheet.period)
  AND (line.amount <> line.fund + line.account - line.deducted OR line.home_id = line.host_id
       OR least(line.visits, line.total, line.fund, line.account, line.deducted, line.amount) < 0)
"""

# The digest is taken here by another hand than when the sheet was frozen: the rows as canonical JSON, in their order.
CONTROL = """
WITH texts AS (
    SELECT line.*, '{"account":"' || account || '","amount":"' || amount || '","deducted":"' || deducted
           || '","fund":"' || fund || '","home":"' || home_id || '","host":"' || host_id || '","insurance":"'
           || insurance || '","months":' || replace(months::text, '", "', '","') || ',"returned":' || returned::text
           || ',"service":"' || service || '","total":"' || total || '","visits":' || visits || '}' || chr(10) AS text
    FROM clearing_sheetrow AS line),
sums AS (
    SELECT sheet_id, sum(visits) AS visits, sum(amount) AS amount,
           string_agg(text, '' ORDER BY home_id COLLATE "C", host_id COLLATE "C", insurance COLLATE "C",
                      service COLLATE "C", returned) AS text
    FROM texts GROUP BY sheet_id),
found AS (
    SELECT sheet.*, coalesce(sums.visits, 0) AS found_visits, coalesce(sums.amount, 0) AS found_amount,
           encode(sha256(convert_to(coalesce(sums.text, ''), 'UTF8')), 'hex') AS found_sha256
    FROM clearing_sheet AS sheet LEFT JOIN sums ON sums.sheet_id = sheet.id
    WHERE sheet.period = coalesce(%(month)s, sheet.period))
SELECT number AS "清算表", period AS "清算期", settlements AS "人次", found_visits AS "明细人次",
       amount AS "清算金额", found_amount AS "明细金额", sha256 AS "明细摘要", found_sha256 AS "现摘要"
FROM found
WHERE settlements <> found_visits OR amount <> found_amount OR sha256 <> found_sha256
"""

ENDS = """
WITH ends AS (
    SELECT sheet_id, CASE WHEN returned THEN host_id ELSE home_id END AS province_id, amount AS payable, 0 AS receivable
    FROM clearing_sheetrow
    UNION ALL
    SELECT sheet_id, CASE WHEN returned THEN home_id ELSE host_id END, 0, amount FROM clearing_sheetrow),
wanted AS (
    SELECT sheet.id AS sheet_id, sheet.period, province.code AS province_id, coalesce(sum(ends.payable), 0) AS payable,
           coalesce(sum(ends.receivable), 0) AS receivable
    FROM clearing_sheet AS sheet
    JOIN registry_region AS province
      ON province.level = 'province' AND (province.valid_until IS NULL OR province.valid_until >= sheet.generated_on)
    LEFT JOIN ends ON ends.sheet_id = sheet.id AND ends.province_id = province.code
    WHERE sheet.period = coalesce(%(month)s, sheet.period)
    GROUP BY sheet.id, sheet.period, province.code)
SELECT wanted.period AS "清算期", wanted.province_id AS "省份", part.payable AS "应付", wanted.payable AS "明细应付",
       part.receivable AS "应收", wanted.receivable AS "明细应收"
FROM wanted LEFT JOIN clearing_provincesheet AS part
  ON part.sheet_id = wanted.sheet_id AND part.province_id = wanted.province_id
WHERE (part.payable, part.receivable) IS DISTINCT FROM (wanted.payable, wanted.receivable)
"""

NATION = """
SELECT sheet.number AS "清算表", sheet.period AS "清算期", sheet.amount AS "清算金额", sum(part.payable) AS "应付合计",
       sum(part.receivable) AS "应收合计"
FROM clearing_sheet AS sheet LEFT JOIN clearing_provincesheet AS part ON part.sheet_id = sheet.id
WHERE sheet.period = coalesce(%(month)s, sheet.period)
GROUP BY sheet.id
HAVING sum(part.payable) IS DISTINCT FROM sum(part.receivable) OR sum(part.payable) IS DISTINCT FROM sheet.amount
"""

BY_INSURANCE = """
SELECT sheet.period AS "清算期", line.insurance AS "险种",
       coalesce(sum(line.amount) FILTER (WHERE payer.id IS NOT NULL), 0) AS "应付合计",
       coalesce(sum(line.amount) FILTER (WHERE payee.id IS NOT NULL), 0) AS "应收合计", sum(line.amount) AS "明细合计"
FROM clearing_sheetrow AS line
JOIN clearing_sheet AS sheet ON sheet.id = line.sheet_id
LEFT JOIN clearing_provincesheet AS payer
  ON payer.sheet_id = sheet.id AND payer.province_id = CASE WHEN line.returned THEN line.host_id ELSE line.home_id END
LEFT JOIN clearing_provincesheet AS payee
  ON payee.sheet_id = sheet.id AND payee.province_id = CASE WHEN line.returned THEN line.home_id ELSE line.host_id END
WHERE sheet.period = coalesce(%(month)s, sheet.period)
GROUP BY sheet.period, line.insurance
HAVING count(payer.id) <> count(*) OR count(payee.id) <> count(*)
"""

CONFIRMATIONS = """
WITH parts AS (
    SELECT sheet_id, count(*) FILTER (WHERE status = 'pending') AS pending,
           count(*) FILTER (WHERE (status = 'pending') = (confirmed_at IS NOT NULL)
                            AND (payable > 0 OR receivable > 0)) AS untimed
    FROM clearing_provincesheet GROUP BY sheet_id)
SELECT sheet.number AS "清算表", sheet.period AS "清算期", sheet.status AS "状态", parts.pending AS "待确认省份",
       parts.untimed AS "确认时间与状态不符的省份"
FROM clearing_sheet AS sheet JOIN parts ON parts.sheet_id = sheet.id
WHERE sheet.period = coalesce(%(month)s, sheet.period)
  AND (parts.untimed > 0 OR (sheet.status <> 'generated' AND parts.pending > 0)
       OR (sheet.status = 'generated' AND parts.pending = 0
           AND EXISTS (SELECT FROM clearing_sheetrow AS line WHERE line.sheet_id = sheet.id)))
"""

CHECKS = (
    Check("清算明细", "清算明细恰为已清算的对账明细的合计，不缺不多。", "规程第四十六条", ROWS),
    Check("返还与抵消", "冲销已清算月份的列入返还清算；与原结算同期清算的在应付中抵消。", "规程第五十一条", PAID_BACK),
    Check("清算明细金额", "清算金额＝基金支付＋个人账户－审核扣款，均不为负，参保省与就医省不同。", "规程第四十六条", ROW_PARTS),
    Check("清算表控制数", "人次、金额、明细摘要与生成时相同。", "规程第四十六条", CONTROL),
    Check("分省清算表", "32个省份各有一份，应付、应收等于明细之和。", "规程第四十六条、第五十一条", ENDS),
    Check("全国应付等于应收", "各省应付合计＝应收合计＝清算金额。", "规程第四十五条、第四十六条", NATION),
    Check("分险种应付等于应收", "每个险种的每条明细都有付款省份和收款省份。", "规程第四十五条、第五十一条", BY_INSURANCE),
    Check("各省确认", "清算表的状态与各省的确认一致，已确认的有确认时间。", "规程第四十六条", CONFIRMATIONS),
)  # fmt: skip
