"""参保人员: accounts never below zero, yearly totals the sum of what the settlements added."""

from config.books.check import Check

BALANCES = """
SELECT id AS "参保关系", person_id AS "人员", insurance AS "险种", area_id AS "参保地", account_balance AS "个人账户余额"
FROM registry_enrolment WHERE account_balance < 0
"""

# Of a month: the whole years of everybody who was settled in it.
YEAR_AMOUNTS = """
WITH wanted AS (
    SELECT DISTINCT person_id, home_area_id AS area_id, insurance FROM settlement_settlement WHERE period = %(month)s),
kept AS (
    SELECT settled.person_id, settled.home_area_id AS area_id, settled.insurance, left(entry ->> 2, 4) AS year,
           entry ->> 0 AS name, entry ->> 1 AS measure, entry ->> 2 AS bucket, sum((entry ->> 3)::numeric) AS amount
    FROM settlement_settlement AS settled
    CROSS JOIN LATERAL jsonb_array_elements(settled.kept) AS entry
    WHERE %(month)s::text IS NULL
       OR (settled.person_id, settled.home_area_id, settled.insurance) IN (SELECT * FROM wanted)
    GROUP BY settled.person_id, settled.home_area_id, settled.insurance, entry ->> 2, entry ->> 0, entry ->> 1
    HAVING sum((entry ->> 3)::numeric) <> 0),
held AS (
    SELECT amounts.person_id, amounts.area_id, amounts.insurance, amounts.year::text AS year, entry ->> 0 AS name,
           entry ->> 1 AS measure, entry ->> 2 AS bucket, (entry ->> 3)::numeric AS amount
    FROM settlement_yearamounts AS amounts
    CROSS JOIN LATERAL jsonb_array_elements(amounts.amounts) AS entry
    WHERE %(month)s::text IS NULL
       OR (amounts.person_id, amounts.area_id, amounts.insurance) IN (SELECT * FROM wanted))
SELECT person_id AS "人员", year AS "年度", area_id AS "参保地", insurance AS "险种", name AS "名称", measure AS "项目",
       bucket AS "所属", held.amount AS "年度累计", kept.amount AS "结算合计"
FROM kept FULL JOIN held USING (person_id, area_id, insurance, year, name, measure, bucket)
WHERE kept.amount IS DISTINCT FROM held.amount
"""

CHECKS = (
    Check("个人账户余额", "个人账户余额不为负。", "规程第三十七条", BALANCES),
    Check("年度累计", "年度累计等于各笔结算计入之和。", "规程第三十一条", YEAR_AMOUNTS),
)
