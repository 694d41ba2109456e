"""业务件: the history of every case is whole and unaltered, and its terms are its due date."""

from django.apps import apps

from common.cases import Case
from config.books.check import Check

# To which month a case belongs where it is not the month it was begun in.
MONTH_OF = {
    "settlement.statement": "period",
    "clearing.sheet": "period",
    "clearing.provincesheet": "(SELECT period FROM clearing_sheet WHERE clearing_sheet.id = sheet_id)",
}
BEGUN_IN = "to_char(created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')"


def _every_case() -> str:
    """All cases of all kinds in one table: kind, id, number, status, whether that is final, due date, month."""
    kinds = sorted((model for model in apps.get_models() if issubclass(model, Case)), key=lambda model: model.kind())
    return "\nUNION ALL\n".join(
        f"SELECT '{kind.kind()}' AS case_kind, id AS case_id, number, status, due_on,"  # noqa: S608 - our own tables
        f" status = ANY(ARRAY[{', '.join(repr(str(status)) for status in sorted(kind.FINAL))}]::text[]) AS final,"
        f" {MONTH_OF.get(kind.kind(), BEGUN_IN)} AS month FROM {kind._meta.db_table}"
        for kind in kinds
    )


_CASES = f"cases AS ({_every_case()})"

# The digest as common.transitions takes it: a moment in microseconds, through the same binary fraction of seconds.
CHAIN = f"""
WITH {_CASES},
chained AS (
    SELECT change.*, cases.number,
           lag(change.sequence) OVER chain AS last_sequence, lag(change.digest) OVER chain AS last_digest,
           lag(change.to_status) OVER chain AS last_status,
           '[' || to_json(change.case_kind::text) || ', ' || change.case_id || ', ' || change.sequence
           || ', ' || to_json(change.verb::text) || ', ' || to_json(change.from_status::text)
           || ', ' || to_json(change.to_status::text)
           || ', ' || trunc((extract(epoch FROM change.at) * 1000000)::float8 / 1000000::float8 * 1000000::float8)::bigint
           || ', ' || coalesce(change.by_id::text, 'null') || ', ' || to_json(change.why::text)
           || ', ' || to_json(change.previous_digest::text) || ']' AS words
    FROM common_statuschange AS change JOIN cases USING (case_kind, case_id)
    WHERE cases.month = coalesce(%(month)s, cases.month)
    WINDOW chain AS (PARTITION BY change.case_kind, change.case_id ORDER BY change.sequence))
SELECT number AS "业务编号", sequence AS "序号", verb AS "操作", at AS "时间",
       CASE WHEN sequence <> coalesce(last_sequence, 0) + 1 THEN '序号不连续'
            WHEN previous_digest <> coalesce(last_digest, '') THEN '与上一条不衔接'
            WHEN from_status <> coalesce(last_status, '') THEN '原状态与上一条不同'
            ELSE '内容与摘要不符' END AS "问题"
FROM chained
WHERE sequence <> coalesce(last_sequence, 0) + 1 OR previous_digest <> coalesce(last_digest, '')
   OR from_status <> coalesce(last_status, '') OR digest <> encode(sha256(convert_to(words, 'UTF8')), 'hex')
"""  # noqa: S608 - our own tables

STATUSES = f"""
WITH {_CASES},
latest AS (
    SELECT DISTINCT ON (case_kind, case_id) case_kind, case_id, to_status FROM common_statuschange
    ORDER BY case_kind, case_id, sequence DESC)
SELECT coalesce(cases.number, case_kind || ' ' || case_id) AS "业务编号", cases.status AS "状态",
       latest.to_status AS "办理记录"
FROM cases FULL JOIN latest USING (case_kind, case_id)
WHERE cases.status IS DISTINCT FROM latest.to_status
  AND coalesce(cases.month, '') = coalesce(%(month)s, cases.month, '')
"""  # noqa: S608 - our own tables

DUE_DATES = f"""
WITH {_CASES},
earliest AS (
    SELECT case_kind, case_id, min(due_on) AS due_on FROM common_term WHERE ended_on IS NULL GROUP BY case_kind, case_id)
SELECT cases.number AS "业务编号", cases.status AS "状态", cases.due_on AS "最近期限", earliest.due_on AS "在计期限"
FROM cases LEFT JOIN earliest USING (case_kind, case_id)
WHERE cases.due_on IS DISTINCT FROM earliest.due_on AND cases.month = coalesce(%(month)s, cases.month)
"""  # noqa: S608 - our own tables

OPEN_TERMS = f"""
WITH {_CASES}
SELECT coalesce(cases.number, term.case_kind || ' ' || term.case_id) AS "业务编号", term.kind AS "期限",
       term.due_on AS "到期日", cases.status AS "状态"
FROM common_term AS term LEFT JOIN cases USING (case_kind, case_id)
WHERE term.ended_on IS NULL AND cases.final IS NOT FALSE
  AND coalesce(cases.month, '') = coalesce(%(month)s, cases.month, '')
"""  # noqa: S608 - our own tables

CHECKS = (
    Check("办理记录", "每件业务的办理记录首尾相接，未经改动。", "规程第六十三条", CHAIN),
    Check("业务状态", "每件业务的状态是其办理记录的最后一条。", "规程第六十三条", STATUSES),
    Check("最近期限", "业务件的最近期限是其在计期限中最早的。", "规程第九条、第四十条、第四十六条", DUE_DATES),
    Check("在计期限", "只有未办结的业务件有在计期限。", "规程第九条、第四十条、第四十六条", OPEN_TERMS),
)
