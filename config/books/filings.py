"""备案: who is settled directly is filed, and who is filed was filed rightly."""

from collections.abc import Mapping
from typing import Any

from config.books.check import Check
from filings.enums import LONG_TERM
from filings.rules import MATERIALS

# A stay is judged by the day it began (article 12), on the day of its cancellation a filing still holds; it reaches its
# city, or all of a pooled province.
COVERING = """
WITH cancelled AS (
    SELECT case_id, (min(at) AT TIME ZONE 'Asia/Shanghai')::date AS cancelled_on FROM common_statuschange
    WHERE case_kind = 'filings.filing' AND to_status = 'cancelled' GROUP BY case_id),
judged AS (
    SELECT settled.number, settled.period, filing.number AS filing_number, settled.begun_on,
           CASE WHEN filing.id IS NULL THEN '没有备案'
                WHEN (filing.person_id, filing.insurance, filing.home_area_id)
                     <> (settled.person_id, settled.insurance, settled.home_area_id) THEN '不是本人在本参保地该险种的备案'
                WHEN filing.category <> settled.filing_category THEN '享受待遇类别与备案类型不同'
                WHEN filing.destination_id <> institution.region_id
                     AND (right(filing.destination_id, 4) <> '0000'
                          OR left(filing.destination_id, 2) <> left(institution.region_id, 2)) THEN '不在备案就医地'
                WHEN settled.begun_on < filing.valid_from OR settled.begun_on > filing.valid_until THEN '不在备案有效期内'
                WHEN filing.status NOT IN ('active', 'expired', 'cancelled') OR filing.decided_at IS NULL THEN '备案未获准'
                WHEN filing.decided_at > greatest(settled.settled_at, message.received_at) THEN '备案晚于结算'
                WHEN filing.status = 'cancelled' AND cancelled.cancelled_on < settled.begun_on THEN '就医前已取消备案'
           END AS fault
    FROM settlement_settlement AS settled
    JOIN registry_institution AS institution ON institution.code = settled.institution_id
    LEFT JOIN filings_filing AS filing ON filing.id = settled.filing_id
    LEFT JOIN settlement_incomingmessage AS message ON message.id = settled.message_id
    LEFT JOIN cancelled ON cancelled.case_id = filing.id
    WHERE settled.reversal_of_id IS NULL AND settled.period = coalesce(%(month)s, settled.period))
SELECT number AS "结算编号", period AS "对账期", filing_number AS "备案", begun_on AS "入院或就诊日", fault AS "问题"
FROM judged WHERE fault IS NOT NULL
"""

LONG_TERM_ONCE = """
SELECT person_id AS "人员", insurance AS "险种", count(*) AS "有效长期备案", string_agg(number, '、' ORDER BY number) AS "备案"
FROM filings_filing
WHERE status = 'active' AND category = ANY(%(long_term)s)
GROUP BY person_id, insurance
HAVING count(*) > 1
   AND bool_or(to_char(created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')
               = coalesce(%(month)s, to_char(created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')))
"""

# One line for every group of materials of a category: one of them is enough.
COMPLETE = """
WITH wanted AS (
    SELECT category, choice, materials FROM unnest(%(categories)s::text[], %(choices)s::int[], %(alternatives)s::text[])
        AS wanted (category, choice, joined)
    CROSS JOIN LATERAL (SELECT string_to_array(joined, ',') AS materials) AS alternatives)
SELECT filing.number AS "备案", filing.category AS "备案类型", filing.status AS "状态",
       string_agg(array_to_string(wanted.materials, ' 或 '), '；' ORDER BY wanted.choice) AS "缺材料"
FROM filings_filing AS filing JOIN wanted ON wanted.category = filing.category
WHERE filing.decided_at IS NOT NULL AND filing.status IN ('active', 'expired', 'cancelled')
  AND NOT filing.materials::text[] && wanted.materials
  AND to_char(filing.created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')
      = coalesce(%(month)s, to_char(filing.created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'))
GROUP BY filing.id
"""

VALID = """
SELECT number AS "备案", category AS "备案类型", status AS "状态", valid_from AS "开始日期", valid_until AS "截止日期",
       home_province_id AS "参保省", host_province_id AS "就医省"
FROM filings_filing
WHERE (valid_until < valid_from OR home_province_id = host_province_id
       OR left(destination_id, 2) <> left(host_province_id, 2)
       OR (status IN ('active', 'expired', 'refused') AND decided_at IS NULL)
       OR (status IN ('submitted', 'incomplete') AND decided_at IS NOT NULL))
  AND to_char(created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')
      = coalesce(%(month)s, to_char(created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'))
"""


def _materials() -> Mapping[str, Any]:
    groups = [
        (category, number, ",".join(alternatives))
        for category, wanted in MATERIALS.items()
        for number, alternatives in enumerate(wanted, start=1)
    ]
    categories, choices, alternatives = zip(*groups, strict=True)
    return {"categories": [*categories], "choices": [*choices], "alternatives": [*alternatives]}


def _long_term() -> Mapping[str, Any]:
    return {"long_term": sorted(LONG_TERM)}


CHECKS = (
    Check("结算有备案", "每笔结算有本人的备案覆盖：就医地、入院或就诊日相符，结算前已获准或视同备案。", "规程第十二条、第三十四条", COVERING),
    Check("长期备案唯一", "同一人员同一险种至多一个有效的长期备案。", "规程第十条", LONG_TERM_ONCE, _long_term),
    Check("备案材料", "获准的备案材料齐全。", "规程第八条", COMPLETE, _materials),
    Check("备案内容", "备案起止有序、跨省，办结的有办结时间。", "规程第二条、第十条", VALID),
)  # fmt: skip
