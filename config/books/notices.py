"""通知书: what both sides confirmed stands once on a payment notice and once on a receipt notice."""

from config.books.check import Check

TOTALS = """
SELECT notice.number AS "文号", sheet.period AS "清算期", notice.amount AS "合计金额",
       coalesce(sum(line.amount), 0) AS "明细合计"
FROM clearing_notice AS notice
JOIN clearing_sheet AS sheet ON sheet.id = notice.sheet_id
LEFT JOIN clearing_noticeline AS line ON line.notice_id = notice.id
WHERE sheet.period = coalesce(%(month)s, sheet.period)
GROUP BY notice.id, sheet.period
HAVING notice.amount <> coalesce(sum(line.amount), 0)
"""

LINES = """
SELECT notice.number AS "文号", sheet.period AS "清算期", notice.province_id AS "省份",
       line.counterpart_id AS "对方省份", line.amount AS "金额", held.amount AS "清算金额"
FROM clearing_noticeline AS line
JOIN clearing_notice AS notice ON notice.id = line.notice_id
JOIN clearing_sheet AS sheet ON sheet.id = notice.sheet_id
JOIN (SELECT clearing_sheetrow.*, CASE WHEN returned THEN host_id ELSE home_id END AS payer_id,
             CASE WHEN returned THEN home_id ELSE host_id END AS payee_id FROM clearing_sheetrow) AS held
  ON held.id = line.row_id
WHERE sheet.period = coalesce(%(month)s, sheet.period)
  AND (line.amount <> held.amount OR line.kind <> notice.kind OR held.sheet_id <> notice.sheet_id
       OR (notice.province_id, line.counterpart_id)
          <> CASE line.kind WHEN 'payment' THEN (held.payer_id, held.payee_id)
                            ELSE (held.payee_id, held.payer_id) END)
"""

PAIRS = """
SELECT sheet.period AS "清算期", held.id AS "清算明细", held.home_id AS "参保省", held.host_id AS "就医省",
       count(*) FILTER (WHERE line.kind = 'payment') AS "付款通知书",
       count(*) FILTER (WHERE line.kind = 'receipt') AS "收款通知书",
       coalesce(sum(line.amount) FILTER (WHERE line.kind = 'payment'), 0) AS "付款金额",
       coalesce(sum(line.amount) FILTER (WHERE line.kind = 'receipt'), 0) AS "收款金额"
FROM clearing_noticeline AS line
JOIN clearing_sheetrow AS held ON held.id = line.row_id
JOIN clearing_sheet AS sheet ON sheet.id = held.sheet_id
WHERE sheet.period = coalesce(%(month)s, sheet.period)
GROUP BY sheet.period, held.id
HAVING count(*) FILTER (WHERE line.kind = 'payment') <> 1 OR count(*) FILTER (WHERE line.kind = 'receipt') <> 1
    OR min(line.amount) <> max(line.amount)
"""

COMPLETE = """
SELECT sheet.number AS "清算表", sheet.period AS "清算期", held.home_id AS "参保省", held.host_id AS "就医省",
       held.insurance AS "险种", held.service AS "业务类型", held.returned AS "返还", held.amount AS "清算金额"
FROM clearing_sheet AS sheet JOIN clearing_sheetrow AS held ON held.sheet_id = sheet.id
WHERE sheet.status IN ('noticed', 'paid') AND sheet.period = coalesce(%(month)s, sheet.period)
  AND NOT EXISTS (SELECT FROM clearing_noticeline AS line WHERE line.row_id = held.id)
"""

CONFIRMED = """
SELECT notice.number AS "文号", sheet.period AS "清算期", part.province_id AS "省份",
       notice.published_at AS "发布时间", part.confirmed_at AS "确认时间"
FROM clearing_notice AS notice
JOIN clearing_sheet AS sheet ON sheet.id = notice.sheet_id
JOIN clearing_noticeline AS line ON line.notice_id = notice.id
JOIN clearing_provincesheet AS part
  ON part.sheet_id = sheet.id AND part.province_id IN (notice.province_id, line.counterpart_id)
WHERE sheet.period = coalesce(%(month)s, sheet.period)
  AND (part.status <> 'confirmed' OR part.confirmed_at IS NULL OR part.confirmed_at > notice.published_at)
GROUP BY notice.id, sheet.period, part.id
"""

CHECKS = (
    Check("通知书合计", "通知书的合计金额等于其明细之和。", "规程第四十七条", TOTALS),
    Check("通知书明细", "通知书明细与清算明细的金额、付款省份、收款省份一致。", "规程第四十七条、第五十一条", LINES),
    Check("收付款成对", "每条清算明细在付款、收款通知书上各列一次，金额相同。", "规程第四十七条", PAIRS),
    Check("通知书齐全", "已发通知书的清算表，其明细全部列入了通知书。", "规程第四十七条", COMPLETE),
    Check("先确认后通知", "通知书只列双方在发布前都已确认的明细。", "规程第四十六条、第四十七条", CONFIRMED),
)
