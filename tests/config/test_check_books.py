"""A break planted by hand in each kind of row is found under its name, and told without identity numbers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from config.books import CHECKS, Broken, examine, require_consistency
from registry.models import InsuredPerson
from settlement.models import Settlement, YearAmounts
from tests import returned_month
from tests.returned_month import ReturnedMonth

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

# Every rule the database itself keeps is taken away within the test: a break must be found even where one failed.
UNGUARDED = """
DO $$ DECLARE held record; kind text; BEGIN
    FOREACH kind IN ARRAY ARRAY['c', 'f', 'u'] LOOP
        FOR held IN SELECT conrelid::regclass AS of, conname FROM pg_constraint
                    WHERE contype = kind::"char" AND conparentid = 0 AND connamespace = 'public'::regnamespace
                      AND (conrelid::regclass::text ~ '^(settlement|clearing|filings|common|registry)_') LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', held.of, held.conname);
        END LOOP;
    END LOOP;
    DROP INDEX filing_one_long_term, term_open_once;
END $$
"""

# Which row a break is planted in.
ROWS = {
    "[first]": "WHERE id = (SELECT min(id) FROM settlement_settlement)",
    "[reversal]": "WHERE id = (SELECT min(id) FROM settlement_settlement WHERE reversal_of_id IS NOT NULL)",
    "[refund]": "WHERE id = (SELECT min(id) FROM settlement_settlement WHERE returned)",
    "[of first]": "WHERE settlement_id = (SELECT min(id) FROM settlement_settlement)",
    "[statement]": "WHERE id = (SELECT min(id) FROM settlement_statement WHERE status = 'cleared')",
    "[line]": """WHERE id = (SELECT min(line.id) FROM settlement_statementline AS line JOIN settlement_statement AS own
                             ON own.id = line.statement_id WHERE own.status = 'cleared' AND NOT line.returned)""",
    "[returned line]": """WHERE id = (SELECT min(line.id) FROM settlement_statementline AS line JOIN settlement_statement
                                      AS own ON own.id = line.statement_id WHERE own.status = 'cleared'
                                      AND line.returned)""",
    "[sheet]": "WHERE id = (SELECT min(id) FROM clearing_sheet)",
    "[row]": "WHERE id = (SELECT min(id) FROM clearing_sheetrow)",
    "[part]": "WHERE sheet_id = (SELECT min(id) FROM clearing_sheet) AND province_id = '340000'",
    "[corps]": "WHERE sheet_id = (SELECT min(id) FROM clearing_sheet) AND province_id = '660000'",
    "[notice]": "WHERE id = (SELECT min(id) FROM clearing_notice)",
    "[notice line]": "WHERE id = (SELECT min(id) FROM clearing_noticeline)",
    "[filing]": "WHERE id = (SELECT filing_id FROM settlement_settlement ORDER BY id LIMIT 1)",
    "[change]": "WHERE id = (SELECT max(id) FROM common_statuschange WHERE case_kind = 'clearing.sheet')",
}


def copied(table: str, row: str, **other: str) -> str:
    """A second row like one there is, but for some columns."""
    changed = ", ".join(f"{value} AS {name}" for name, value in other.items())
    own = f"nextval(pg_get_serial_sequence('{table}', 'id')) AS id"
    columns = "(jsonb_populate_record(held, to_jsonb(changed))).*"
    source = f"(SELECT * FROM {table} {row}) AS one"  # noqa: S608 - tables of ours
    return (
        f"INSERT INTO {table} SELECT {columns} FROM {table} AS held JOIN {source} USING (id)"  # noqa: S608
        f" CROSS JOIN (SELECT {', '.join(part for part in (own, changed) if part)}) AS changed"
    )


BREAKS: dict[str, tuple[str, str]] = {
    # 结算
    "a yuan too much in scope": ("费用分割", "UPDATE settlement_settlement SET in_scope = in_scope + 1 [first]"),
    "a fund that is not in the total": ("基金分项", "UPDATE settlement_settlement SET aid_amount = 0.01 [first]"),
    "a total of the funds that nobody paid": ("基金分项", "UPDATE settlement_settlement SET fund_total = 0 [first]"),
    "cash that is not in the share": ("费用承担", "UPDATE settlement_settlement SET cash = cash + 0.01 [first]"),
    "a share too large": ("费用承担", "UPDATE settlement_settlement SET personal = personal + 1 [first]"),
    "a settlement below zero": ("结算正负", "UPDATE settlement_settlement SET cash = -1 [first]"),
    "a reversal above zero": ("结算正负", "UPDATE settlement_settlement SET total = 1 [reversal]"),
    "a settlement that is returned": ("结算正负", "UPDATE settlement_settlement SET returned = true [first]"),
    "a visit at home": ("参保省与就医省", "UPDATE settlement_settlement SET host_province_id = '340000' [first]"),
    "a city in the wrong province": (
        "参保省与就医省", "UPDATE settlement_settlement SET home_province_id = '410000' [first]"),
    "a line that costs more": ("费用明细", "UPDATE settlement_chargeline SET amount = amount + 0.01 [of first]"),
    "a line that is gone": ("费用明细", "DELETE FROM settlement_chargeline [of first]"),
    "a line in another month": ("费用明细", "UPDATE settlement_chargeline SET month = '2026-10' [of first]"),
    "a line of nobody": ("费用明细", "UPDATE settlement_chargeline SET settlement_id = -1 [of first]"),
    "a line whose parts are moved": (
        "费用明细", "UPDATE settlement_chargeline SET in_scope = in_scope - 1, over_limit = 1 [of first]"),
    "a line that does not add up": (
        "费用明细分割", "UPDATE settlement_chargeline SET in_scope = in_scope + 1 [of first]"),
    "steps that are gone": ("计算过程", "DELETE FROM settlement_settlementsteps [of first]"),
    "steps that say nothing": ("计算过程", "UPDATE settlement_settlementsteps SET steps = '[]' [of first]"),
    "steps of nobody": ("计算过程", "UPDATE settlement_settlementsteps SET settlement_id = -1 [of first]"),
    "steps in another month": ("计算过程", "UPDATE settlement_settlementsteps SET month = '2026-10' [of first]"),
    "a reversal of less": ("冲销", "UPDATE settlement_settlement SET total = total + 0.01 [reversal]"),
    "a reversal with another deductible": ("冲销", "UPDATE settlement_settlement SET deductible = 1 [reversal]"),
    "a reversal of somebody else": (
        "冲销", "UPDATE settlement_settlement SET person_id = (SELECT max(id) FROM registry_insuredperson) [reversal]"),
    "a reversal elsewhere": ("冲销", "UPDATE settlement_settlement SET institution_id = 'H11010100002' [reversal]"),
    "a reversal before its settlement": (
        "冲销", "UPDATE settlement_settlement SET settled_at = settled_at - interval '1 year' [reversal]"),
    "a second reversal": ("冲销", copied("settlement_settlement", "[reversal]", number="'JSX'")),
    "a reversal of a reversal": (
        "冲销", "UPDATE settlement_settlement SET reversal_of_id = (SELECT id FROM settlement_settlement [reversal]) [refund]"),
    "a reversal for another month": (
        "冲销的期别", "UPDATE settlement_settlement SET settled_month = '2026-08' [reversal]"),
    "a reversal after clearing that is not returned": (
        "冲销的期别", "UPDATE settlement_settlement SET returned = false [refund]"),
    "a reversal within the month that is returned": (
        "冲销的期别", "UPDATE settlement_settlement SET returned = true [reversal]"),
    "a reversal that names another period": (
        "冲销的期别", "UPDATE settlement_settlement SET origin_period = '2026-08' [refund]"),
    "a settlement that names another period": (
        "结算的期别", "UPDATE settlement_settlement SET origin_period = '2026-08' [first]"),
    "a statement line that names another period": (
        "对账明细", "UPDATE settlement_statementline SET origin_period = '2026-08' [line]"),
    "a reversal before its period": ("冲销的期别", "UPDATE settlement_settlement SET period = '2026-08' [refund]"),
    "a period before its month": ("结算的期别", "UPDATE settlement_settlement SET period = '2026-08' [first]"),
    "a day that is not the moment's": (
        "结算的期别", "UPDATE settlement_settlement SET settled_on = settled_on + 1 [first]"),
    "a month that is not the day's": (
        "结算的期别", "UPDATE settlement_settlement SET settled_month = '2026-08' [first]"),
    "a cleared month without its statement": (
        "列入对账单", "DELETE FROM settlement_statement WHERE institution_id = 'H11010100001' AND period = '2026-09'"),
    "a bill of a month that nobody declared": ("列入对账单", "UPDATE settlement_settlement SET period = '2026-08' [first]"),
    # 对账
    "a statement line that pays more": (
        "对账明细", "UPDATE settlement_statementline SET fund = fund + 1, amount = amount + 1 [line]"),
    "a statement line with another count": ("对账明细", "UPDATE settlement_statementline SET visits = visits + 1 [line]"),
    "a statement line that is gone": ("对账明细", "DELETE FROM settlement_statementline [line]"),
    "a statement line too many": ("对账明细", copied("settlement_statementline", "[line]", service="'pharmacy'")),
    "a settlement after all was agreed": (
        "对账明细", copied("settlement_settlement", "[first]", number="'JSX'", message_id="NULL::bigint")),
    "a settlement that vanished after all was agreed": ("对账明细", "DELETE FROM settlement_settlement [first]"),
    "a statement line that does not add up": (
        "对账明细金额", "UPDATE settlement_statementline SET amount = amount + 1 [line]"),
    "a statement line below zero": ("对账明细金额", "UPDATE settlement_statementline SET visits = -1 [line]"),
    "a statement line of another host": (
        "对账明细金额", "UPDATE settlement_statementline SET host_province_id = '310000' [line]"),
    "a statement that says more": ("对账单合计", "UPDATE settlement_statement SET amount = amount + 1 [statement]"),
    "a statement that counts more": ("对账单合计", "UPDATE settlement_statement SET visits = visits + 1 [statement]"),
    "an agreement without a moment": ("按期确认", "UPDATE settlement_statement SET agreed_at = NULL [statement]"),
    "an agreement on the 21st": (
        "按期确认", "UPDATE settlement_statement SET agreed_at = '2026-10-21 00:00+08' [statement]"),
    "an agreement that the institution never gave": (
        "按期确认", "UPDATE settlement_statement SET institution_agreed_at = NULL [statement]"),
    "a statement declared before its month": (
        "延期月数", "UPDATE settlement_statement SET declared_period = '2026-08' [statement]"),
    "a delay that is not counted": (
        "延期月数", "UPDATE settlement_statement SET delayed_months = 0 WHERE declared_period > period"),
    "a delay beyond the limit": (
        "延期月数", "UPDATE settlement_statement SET declared_period = '2026-12', delayed_months = 3 [statement]"),
    # 清算
    "a sheet row that pays more": ("清算明细", "UPDATE clearing_sheetrow SET fund = fund + 1, amount = amount + 1 [row]"),
    "a sheet row with another month": ("清算明细", "UPDATE clearing_sheetrow SET months = '[\"2026-08\"]' [row]"),
    "a sheet row that is gone": ("清算明细", "DELETE FROM clearing_sheetrow [row]"),
    "a sheet row too many": ("清算明细", copied("clearing_sheetrow", "[row]", service="'pharmacy'")),
    "a statement cleared in no sheet": (
        "清算明细", "UPDATE settlement_statement SET status = 'cleared' WHERE status = 'agreed'"),
    "money of a cleared month that is not paid back": (
        "返还与抵消", "UPDATE settlement_statementline SET paid_back = false [returned line]"),
    "money of an ordinary line that is paid back": (
        "返还与抵消", "UPDATE settlement_statementline SET paid_back = true [line]"),
    "money paid back of a sheet to come": (
        "返还与抵消", "UPDATE settlement_statement SET declared_period = '2026-12' [statement]"),
    "money paid back of a month without a statement": (
        "返还与抵消", "UPDATE settlement_statementline SET origin_period = '2026-08' [returned line]"),
    "a sheet row that does not add up": ("清算明细金额", "UPDATE clearing_sheetrow SET deducted = 1 [row]"),
    "a sheet row at home": ("清算明细金额", "UPDATE clearing_sheetrow SET host_id = home_id [row]"),
    "a sheet with another count": ("清算表控制数", "UPDATE clearing_sheet SET settlements = 99 [sheet]"),
    "a sheet with another amount": ("清算表控制数", "UPDATE clearing_sheet SET amount = amount + 1 [sheet]"),
    "a sheet with another digest": ("清算表控制数", "UPDATE clearing_sheet SET sha256 = repeat('0', 64) [sheet]"),
    "a row altered after the freeze": ("清算表控制数", "UPDATE clearing_sheetrow SET total = total + 1 [row]"),
    "a province that pays less": ("分省清算表", "UPDATE clearing_provincesheet SET payable = payable - 1 [part]"),
    "a province that receives more": ("分省清算表", "UPDATE clearing_provincesheet SET receivable = 1 [part]"),
    "a province without a sheet": (
        "分省清算表", "DELETE FROM clearing_provincesheet [corps]"),
    "a nation that pays more than it receives": (
        "全国应付等于应收", "UPDATE clearing_provincesheet SET payable = payable + 0.01 [part]"),
    "a row that no province pays": ("分险种应付等于应收", "UPDATE clearing_sheetrow SET home_id = '340100' [row]"),
    "a sheet confirmed while a province waits": (
        "各省确认", "UPDATE clearing_provincesheet SET status = 'pending' [part]"),
    "a sheet not confirmed while nobody waits": ("各省确认", "UPDATE clearing_sheet SET status = 'generated' [sheet]"),
    "a confirmation without a moment": ("各省确认", "UPDATE clearing_provincesheet SET confirmed_at = NULL [part]"),
    # 通知书
    "a notice of more than its lines": ("通知书合计", "UPDATE clearing_notice SET amount = amount + 1 [notice]"),
    "a notice line of more than its row": (
        "通知书明细", "UPDATE clearing_noticeline SET amount = amount + 1 [notice line]"),
    "a notice line to somebody else": (
        "通知书明细", "UPDATE clearing_noticeline SET counterpart_id = '310000' [notice line]"),
    "a notice of another province": ("通知书明细", "UPDATE clearing_notice SET province_id = '310000' [notice]"),
    "a row on one notice only": ("收付款成对", "DELETE FROM clearing_noticeline [notice line]"),
    "a row on two payment notices": ("收付款成对", copied("clearing_noticeline", "[notice line]")),
    "a row paid and received differently": (
        "收付款成对", "UPDATE clearing_noticeline SET amount = amount + 1 [notice line]"),
    "a noticed sheet with a row on no notice": (
        "通知书齐全", "DELETE FROM clearing_noticeline WHERE row_id = (SELECT min(id) FROM clearing_sheetrow)"),
    "a notice before the confirmation": (
        "先确认后通知", "UPDATE clearing_provincesheet SET confirmed_at = '2026-12-31 09:00+08' [part]"),
    # 参保人员
    "an account below zero": (
        "个人账户余额", "UPDATE registry_enrolment SET account_balance = -0.01 WHERE id = (SELECT min(id) FROM registry_enrolment)"),
    "a yearly total that is too small": (
        "年度累计", "UPDATE settlement_yearamounts SET amounts = jsonb_set(amounts, '{0,3}', '\"1.00\"') WHERE amounts <> '[]'"),
    "a yearly total that is gone": ("年度累计", "DELETE FROM settlement_yearamounts WHERE amounts <> '[]'"),
    "a yearly total of nothing": (
        "年度累计", "UPDATE settlement_yearamounts SET amounts = amounts || '[[\"x\", \"paid\", \"2026\", \"1.00\"]]'"),
    "a settlement that adds something else": (
        "年度累计", "UPDATE settlement_settlement SET kept = jsonb_set(kept, '{0,3}', '\"1.00\"') [first]"),
    # 备案
    "a settlement without a filing": ("结算有备案", "UPDATE settlement_settlement SET filing_id = NULL [first]"),
    "a filing of somebody else": (
        "结算有备案", "UPDATE filings_filing SET person_id = (SELECT max(id) FROM registry_insuredperson) [filing]"),
    "a filing of another insurance": ("结算有备案", "UPDATE filings_filing SET insurance = 'resident' [filing]"),
    "a filing of another area": ("结算有备案", "UPDATE filings_filing SET home_area_id = '411600' [filing]"),
    "a filing for another place": ("结算有备案", "UPDATE filings_filing SET destination_id = '310000' [filing]"),
    "a filing that begins after the visit": ("结算有备案", "UPDATE filings_filing SET valid_from = '2026-09-04' [filing]"),
    "a filing that ended before the visit": ("结算有备案", "UPDATE filings_filing SET valid_until = '2026-09-02' [filing]"),
    "a filing that was refused": ("结算有备案", "UPDATE filings_filing SET status = 'refused' [filing]"),
    "a filing decided after the settlement": (
        "结算有备案", "UPDATE filings_filing SET decided_at = '2026-09-10 09:00+08' [filing]"),
    "a filing cancelled before the visit": (
        "结算有备案", "UPDATE common_statuschange SET at = '2026-09-19 09:00+08' WHERE to_status = 'cancelled'"),
    "a settlement with another category's benefit": (
        "结算有备案", "UPDATE settlement_settlement SET filing_category = 'referral' [first]"),
    "two long-term filings": ("长期备案唯一", copied("filings_filing", "[filing]", number="'BAX'")),
    "an accepted filing without its form": ("备案材料", "UPDATE filings_filing SET materials = '{identity,promise}' [filing]"),
    "an accepted filing without any proo": ("备案材料", "UPDATE filings_filing SET materials = '{identity,form}' [filing]"),
    "a filing that ends before it begins": ("备案内容", "UPDATE filings_filing SET valid_until = '2026-01-01' [filing]"),
    "a filing at home": ("备案内容", "UPDATE filings_filing SET host_province_id = '340000' [filing]"),
    "a filing decided at no time": ("备案内容", "UPDATE filings_filing SET decided_at = NULL [filing]"),
    # 业务件
    "a word altered in the history": ("办理记录", "UPDATE common_statuschange SET why = '改' [change]"),
    "a person altered in the history": ("办理记录", "UPDATE common_statuschange SET by_id = 1 [change]"),
    "a moment altered by a microsecond": (
        "办理记录", "UPDATE common_statuschange SET at = at + interval '1 microsecond' [change]"),
    "an entry taken out of the history": (
        "办理记录", "DELETE FROM common_statuschange WHERE case_kind = 'clearing.sheet' AND sequence = 2"),
    "the beginning taken out of the history": (
        "办理记录", "DELETE FROM common_statuschange WHERE case_kind = 'clearing.sheet' AND sequence = 1"),
    "a status that nobody gave": ("业务状态", "UPDATE settlement_statement SET status = 'agreed' [statement]"),
    "the end taken out of the history": ("业务状态", "DELETE FROM common_statuschange [change]"),
    "a history of nothing": (
        "业务状态", "UPDATE common_statuschange SET case_id = -1 [change]"),
    "a case without a history": (
        "业务状态", "DELETE FROM common_statuschange WHERE case_kind = 'settlement.statement'"),
    "a due date of no term": ("最近期限", "UPDATE settlement_statement SET due_on = '2026-10-20' [statement]"),
    "a term without a due date": (
        "最近期限", "UPDATE common_term SET ended_on = NULL WHERE case_kind = 'filings.filing'"),
    "a term that runs on after the end": (
        "在计期限", "UPDATE common_term SET ended_on = NULL WHERE case_kind = 'settlement.statement'"),
    "a term of nothing": ("在计期限", "UPDATE common_term SET ended_on = NULL, case_id = -1 WHERE id = (SELECT min(id) FROM common_term)"),
}  # fmt: skip


@pytest.fixture(scope="module")
def month(django_db_setup: None, django_db_blocker: Any) -> Iterator[ReturnedMonth]:
    with returned_month.committed(django_db_blocker) as story:
        yield story


def plant(*statements: str) -> None:
    """As the owner of the tables, with nothing that guards them; taken back with the test."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(UNGUARDED)
        for statement in statements:
            for row, where in ROWS.items():
                statement = statement.replace(row, where)
            cursor.execute(statement)
            assert cursor.rowcount > 0, "nothing was broken"


@pytest.fixture(scope="module")
def secrets(month: ReturnedMonth, django_db_blocker: Any) -> set[str]:
    """What may never be shown: certificate numbers, and person numbers, which may be built from them."""
    with django_db_blocker.unblock():
        held = InsuredPerson.objects.values_list("certificate_number", "person_number")
        return {number for pair in held for number in pair}


@pytest.mark.parametrize(("name", "statement"), BREAKS.values(), ids=BREAKS)
def test_it_is_found_under_its_name(month: ReturnedMonth, secrets: set[str], name: str, statement: str) -> None:
    plant(statement)
    found = {finding.name: finding for finding in examine(using="owner") if not finding.holds}
    assert name in found
    assert found[name].count >= len(found[name].rows) > 0
    told = str([finding.rows for finding in found.values()])
    assert not any(number in told for number in secrets)


def test_every_check_is_shown_to_find_something() -> None:
    assert {name for name, _ in BREAKS.values()} == {check.name for check in CHECKS}


def test_the_guards_taken_away_are_not_what_is_found(month: ReturnedMonth) -> None:
    plant("UPDATE settlement_settlement SET disease = disease [first]")
    assert all(finding.holds for finding in examine(using="owner"))


MONTHLY = [
    sentence for sentence, (name, _) in BREAKS.items() if name in ("费用分割", "费用明细", "对账单合计", "清算表控制数")
]


@pytest.mark.parametrize("sentence", MONTHLY)
def test_a_month_shows_its_own_breaks_alone(month: ReturnedMonth, sentence: str) -> None:
    name, statement = BREAKS[sentence]
    plant(statement)
    for period, holds in (("2026-09", False), ("2026-11", True)):
        [finding] = [each for each in examine(period, using="owner") if each.name == name]
        assert finding.holds is holds


def test_only_the_first_rows_are_brought_along_and_all_are_counted(month: ReturnedMonth) -> None:
    plant("UPDATE settlement_settlement SET in_scope = in_scope + 1")
    [finding] = [each for each in examine(most=2, using="owner") if each.name == "费用分割"]
    assert (len(finding.rows), finding.count) == (2, Settlement.objects.using("owner").count())


# The command


def told(capsys: pytest.CaptureFixture[str], **options: Any) -> str:
    call_command("check_books", **options)
    return capsys.readouterr().out


def break_a_yearly_total() -> None:
    """A break that the working role can make itself."""
    row = YearAmounts.objects.exclude(amounts=[]).earliest("pk")
    row.amounts = [["不存在的层", "paid", "2026", "1.00"]]
    row.save()


def test_sound_books_are_told_check_by_check(month: ReturnedMonth, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys).splitlines()
    assert len(lines) == len(CHECKS)
    assert all(line.startswith("相符  ") for line in lines)


def test_broken_books_end_with_an_error_and_the_rows(month: ReturnedMonth, capsys: pytest.CaptureFixture[str]) -> None:
    break_a_yearly_total()
    with pytest.raises(CommandError, match="1 项不符：年度累计。") as fault:
        told(capsys, month="2026-09", rows="1")
    lines = capsys.readouterr().out.splitlines()
    [place] = [number for number, line in enumerate(lines) if line.startswith("不符 ")]
    assert "年度累计等于各笔结算计入之和" in lines[place]
    assert "年度 2026" in lines[place + 1] and "另有" in lines[place + 2]
    assert fault.value.returncode == 1


def test_the_answer_for_machines_is_json(month: ReturnedMonth, capsys: pytest.CaptureFixture[str]) -> None:
    break_a_yearly_total()
    with pytest.raises(CommandError):
        told(capsys, json=True)
    findings = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert list(findings) == [check.name for check in CHECKS]
    assert findings["费用分割"] == {
        "name": "费用分割",
        "sentence": "医疗费总额＝符合政策范围＋全自费＋超限价＋先行自付。",
        "article": "规程第三十二条、第三十三条",
        "holds": True,
        "count": 0,
        "rows": [],
    }
    row = next(row for row in findings["年度累计"]["rows"] if row["名称"] == "不存在的层")
    assert (row["年度累计"], row["结算合计"]) == ("1.00", None)


def test_the_schedule_is_told_what_is_broken(month: ReturnedMonth) -> None:
    break_a_yearly_total()
    with pytest.raises(Broken, match="一致性检查不符：年度累计（"):
        require_consistency()


@pytest.mark.parametrize("month_text", ["2026-13", "2026年9月", "202609", ""])
def test_a_wrong_month_is_named(month_text: str) -> None:
    with pytest.raises(CommandError, match=f"月份“{month_text}”不正确"):
        call_command("check_books", month=month_text)


@pytest.mark.parametrize("rows", ["0", "-1", "many"])
def test_a_wrong_number_of_rows_is_named(rows: str) -> None:
    with pytest.raises(CommandError, match="大于零的整数"):
        call_command("check_books", rows=rows)
