"""Rows as COPY takes them: one line each, in the order of the columns that stand beside the table's name."""

from collections.abc import Callable, Iterable
from json.encoder import encode_basestring as quoted

from django.db import connection

NULL = "\\N"

# In the order in which they point at one another.
TABLES = {
    "registry_insuredperson": (
        "id", "person_number", "name", "certificate_type", "certificate_number", "certificate_digest", "sex", "born_on",
        "phone", "home_area_id", "home_province_id",
    ),
    "registry_enrolment": (
        "id", "person_id", "insurance", "area_id", "province_id", "person_type", "status", "aid", "insured_months",
        "tags", "account_balance", "valid_from", "valid_until",
    ),
    "filings_filing": (
        "id", "number", "status", "due_on", "created_at", "agency_id", "handler_id", "person_id", "insurance",
        "category", "home_area_id", "home_province_id", "destination_id", "host_area_id", "host_province_id",
        "valid_from", "valid_until", "channel", "materials", "on_promise", "reason", "decided_at", "opinion",
    ),
    "common_statuschange": (
        "id", "case_kind", "case_id", "sequence", "verb", "from_status", "to_status", "at", "by_id", "why",
        "previous_digest", "digest",
    ),
    "common_term": (
        "id", "case_kind", "case_id", "kind", "article", "rule", "started_on", "due_on", "provisional", "agency_id",
        "ended_on", "outcome",
    ),
    "settlement_settlement": (
        "id", "number", "message_id", "reversal_of_id", "person_id", "insurance", "home_area_id", "home_province_id",
        "institution_id", "host_area_id", "host_province_id", "filing_id", "filing_category", "policy_id", "service",
        "disease", "begun_on", "settled_at", "settled_on", "settled_month", "period", "returned",
        "origin_period", "total",
        "out_of_scope", "over_limit", "first_self_pay", "in_scope", "deductible", "pool_amount", "large_sum_amount",
        "critical_amount", "civil_servant_amount", "enterprise_amount", "aid_amount", "other_amount", "fund_total",
        "personal", "account", "cash", "kept",
    ),
    "settlement_chargeline": (
        "month", "settlement_id", "line", "category", "item_code", "item_name", "quantity", "unit_price", "amount",
        "out_of_scope", "over_limit", "first_self_pay", "in_scope",
    ),
    "settlement_settlementsteps": ("month", "settlement_id", "steps"),
    "settlement_yearamounts": ("id", "person_id", "area_id", "insurance", "year", "amounts"),
}  # fmt: skip


def yuan(amount: int) -> str:
    """Fen as PostgreSQL reads yuan."""
    if amount >= 100:
        digits = str(amount)
        return f"{digits[:-2]}.{digits[-2:]}"
    return f"-{yuan(-amount)}" if amount < 0 else f"0.{amount:02d}"


def entries(amounts: Iterable[tuple[tuple[str, str, str], int]]) -> str:
    """What is kept over a year, as ``settlement.year_amounts.entries`` keeps it, in JSON as COPY takes it."""
    parts = (f'[{quoted(name)},"{measure}",{quoted(bucket)},"{yuan(fen)}"]' for (name, measure, bucket), fen in amounts)
    return f"[{','.join(parts)}]".replace("\\", "\\\\")


def steps(told: Iterable[tuple[str, object, str]]) -> str:
    """The steps of a settlement in JSON as COPY takes it."""
    parts = (f'[{quoted(label)},"{amount}",{quoted(basis)}]' for label, amount, basis in told)
    return f"[{','.join(parts)}]".replace("\\", "\\\\")


class Sink:
    """Rows on their way into the tables, a batch at a time."""

    def __init__(self, rows_at_once: int = 12_000) -> None:
        self._waiting: dict[str, list[str]] = {table: [] for table in TABLES}
        self._rows_at_once = rows_at_once

    def into(self, table: str) -> Callable[[str], None]:
        """Where the rows of a table go."""
        return self._waiting[table].append

    def flush_if_full(self) -> int:
        """Send what has gathered, if that is a batch; the rows sent."""
        waiting = sum(map(len, self._waiting.values()))
        return self.flush() if waiting >= self._rows_at_once else 0

    def flush(self) -> int:
        """Send everything that has gathered."""
        sent = 0
        with connection.cursor() as cursor:
            for table, columns in TABLES.items():
                rows = self._waiting[table]
                if rows:
                    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                        copy.write("".join(rows))
                    sent += len(rows)
                    rows.clear()
        return sent
