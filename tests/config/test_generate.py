"""A generated month: the same from the same seed, as the real path would have left it, and like the published figures."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from clearing.models import Notice, ProvinceSheet, Sheet
from common import terms
from common.cases import StatusChange, Term
from common.dates import Month
from common.numbers import next_number
from common.scheduling import JobRun, run_due
from common.transitions import broken_links
from config.generate import figures, places
from config.generate.acts import with_acts
from config.generate.chance import ONE, lognormal, lognormal_table, seeded
from config.generate.month import generate
from config.generate.numbering import Wanted, deal, reserve
from config.generate.order import Order
from config.generate.rhythm import Rhythm
from config.generate.rows import TABLES, Sink
from config.generate.shards import Shard
from config.generate.world import SHARDS, read_world
from config.schedule import SCHEDULE
from filings.enums import Category
from filings.intake import covering
from filings.models import Filing
from registry.identity import check_identity_number, check_institution_code
from registry.models import Enrolment, Institution, InsuredPerson
from settlement import published_policies, workflow
from settlement.enums import StatementStatus
from settlement.messages import VisitMessage
from settlement.models import ChargeLine, Policy, Settlement, SettlementSteps, Statement, YearAmounts
from settlement.workflow import AMOUNTS
from tests.conftest import REFERENCE, at

MONTH, SETTLEMENTS, SEED = "2026-09", 3_000, 7
PARTS = ("out_of_scope", "over_limit", "first_self_pay", "in_scope")


@pytest.fixture(scope="module")
def month(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """September 2026, committed for the tests of this module, and removed after them; what the command printed."""
    with django_db_blocker.unblock():
        _start_afresh()  # other tests' numbers, too: what they took back they do not give back
        told = StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(django_settings, "DEMO", True)
            call_command("generate", month=MONTH, settlements=SETTLEMENTS, seed=SEED, acts="all", stdout=told)
    yield json.loads(told.getvalue())
    with django_db_blocker.unblock():
        _start_afresh()


def _start_afresh() -> None:
    """Nothing but the reference data, and every number from its beginning."""
    connections["default"].close()
    _empty([model._meta.db_table for model in apps.get_models(include_auto_created=True) if model not in REFERENCE])
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER SEQUENCE common_case_number RESTART")
    published_policies.load_shipped(timezone.now())


def _empty(tables: list[str]) -> None:
    with connections["owner"].cursor() as cursor:
        names = ", ".join(f'"{table}"' for table in tables)
        cursor.execute(f"SET lock_timeout = '5s'; TRUNCATE {names} RESTART IDENTITY; RESET lock_timeout")


# The same from the same seed


def _digest() -> str:
    """Over every row of every table that the month fills, in order."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table, columns in TABLES.items():
            key = '"line", settlement_id' if table == "settlement_chargeline" else columns[0]
            key = "settlement_id" if table == "settlement_settlementsteps" else key
            wanted = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {key}"  # noqa: S608 - names of our own
            with cursor.copy(f"COPY ({wanted}) TO STDOUT") as rows:
                for row in rows:
                    digest.update(row)
    return digest.hexdigest()


def test_the_amounts_of_chance_come_from_whole_numbers() -> None:
    table, random = lognormal_table("1.15"), seeded("test")
    drawn = [lognormal(random, table, 1_000_000) for _ in range(3)]
    assert abs(sum(table) // len(table) - ONE) < 2
    assert drawn == [lognormal(seeded_again, table, 1_000_000) for seeded_again in [seeded("test")] for _ in range(3)]


def test_the_same_seed_gives_the_same_rows_in_other_processes_and_under_another_locale(
    month: dict[str, Any], django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        first = _digest()
        _without_the_month()
        again = _in_a_process_of_its_own("--processes", "2")
        second = _digest()
        connections["default"].close()
    assert second == first
    assert {name: again[name] for name in again if "second" not in name} == {
        name: month[name] for name in month if "second" not in name
    }


def _without_the_month() -> None:
    """Its places and people stay, its rows go, and every number starts anew."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER SEQUENCE common_case_number RESTART")
    connections["default"].close()
    _empty([*TABLES, JobRun._meta.db_table, "clearing_noticeline", "clearing_notice", "clearing_sheetrow",
            "clearing_provincesheet", "clearing_sheet", "settlement_statementline", "settlement_statement"])  # fmt: skip


def test_a_month_that_is_broken_off_goes_on_where_it_stopped(month: dict[str, Any], django_db_blocker: Any) -> None:
    class BrokenOff(Exception):
        pass

    left = 7

    def break_off(more: int) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise BrokenOff

    order = Order(MONTH, SETTLEMENTS, SEED, acts=True)
    with django_db_blocker.unblock():
        whole = _digest()
        _without_the_month()
        with pytest.raises(BrokenOff):
            generate(order, processes=1, progress=break_off)
        some = Settlement.objects.count()
        with pytest.raises(CommandError, match=f"--settlements {SETTLEMENTS} --seed {SEED} --acts all"):
            call_command("generate", month=MONTH, settlements=SETTLEMENTS, seed=SEED + 1, acts="all")
        finished = _in_a_process_of_its_own("--processes", "2")
        again = _digest()
        with pytest.raises(CommandError, match="已经生成过"):
            call_command("generate", month=MONTH, settlements=SETTLEMENTS, seed=SEED, acts="all")
        connections["default"].close()
    assert 0 < some < finished["settlements"]
    assert again == whole
    assert {name: finished[name] for name in finished if "second" not in name} == {
        name: month[name] for name in month if "second" not in name
    }


def _in_a_process_of_its_own(*more: str) -> dict[str, Any]:
    place = connections["default"].settings_dict
    role = f"{place['USER']}:{quote(place['PASSWORD'])}" if place["PASSWORD"] else place["USER"]
    port = f":{place['PORT']}" if place["PORT"] and not place["HOST"].startswith("/") else ""
    url = f"postgresql://{role}@{quote(place['HOST'], safe='')}{port}/{place['NAME']}"
    told = subprocess.run(
        [sys.executable, "manage.py", "generate", "--month", MONTH, "--settlements", str(SETTLEMENTS),
         "--seed", str(SEED), "--acts", "all", *more],
        cwd=django_settings.BASE_DIR, check=True, capture_output=True, text=True, encoding="utf-8",
        env=os.environ | {"DATABASE_URL": url, "DEMO": "1", "LC_ALL": "C", "PYTHONHASHSEED": "11",
                          "TZ": "America/Lima"},
    )  # fmt: skip
    return dict(json.loads(told.stdout))


# As the real path leaves it


@pytest.mark.django_db
def test_every_column_of_the_tables_is_written(month: dict[str, Any]) -> None:
    models = {model._meta.db_table: model for model in apps.get_models()}
    for table, columns in TABLES.items():
        assert set(columns) == {field.column for field in models[table]._meta.concrete_fields}, table


@pytest.mark.django_db
def test_what_is_printed_is_what_is_there(month: dict[str, Any]) -> None:
    visits = Settlement.objects.filter(reversal_of=None)
    assert month["settlements"] == visits.count() == SETTLEMENTS
    assert month["reversals"] == Settlement.objects.exclude(reversal_of=None).count() > 0
    assert month["persons"] == InsuredPerson.objects.count() == Enrolment.objects.count()
    assert month["filings"] == Filing.objects.count()
    assert sum(month["by_service"].values()) == sum(month["by_insurance"].values()) == SETTLEMENTS
    assert month["amounts"]["total"] == str(sum(visits.values_list("total", flat=True)))


@pytest.mark.django_db
def test_persons_are_nobody_and_right_in_form(month: dict[str, Any]) -> None:
    people = InsuredPerson.objects.all()
    assert len({person.certificate_number for person in people}) == len(people)
    for person in people[:300]:
        check = check_identity_number(person.certificate_number)
        assert check.ok and check.warnings and check.born_on == person.born_on and check.sex == person.sex
        assert person.certificate_number.startswith("99") and "演示" in person.name


@pytest.mark.django_db
def test_institutions_are_invented_and_the_same_every_month(month: dict[str, Any]) -> None:
    made = Institution.objects.all()
    assert len(made) == len(set(places.codes())) == places.INSTITUTIONS
    assert all("演示" in place.name and check_institution_code(place.code).ok for place in made)
    assert places.make_institutions() == 0


@pytest.mark.django_db
def test_histories_are_chained_and_terms_ended(month: dict[str, Any]) -> None:
    kind = Filing.kind()
    assert broken_links(StatusChange.objects.filter(case_kind=kind).order_by("case_id", "sequence")) == []
    filed = Filing.objects.exclude(category=Category.EMERGENCY)
    ended = Term.objects.filter(case_kind=kind, ended_on__isnull=False)
    assert set(filed.values_list("pk", flat=True)) == set(ended.values_list("case_id", flat=True))
    assert not Term.objects.filter(case_kind=kind, ended_on=None).exists()
    assert all(term.ended_on <= term.due_on == terms.receipt(term).due_on for term in ended[:50])


@pytest.mark.django_db
def test_every_visit_is_covered_by_its_filing(month: dict[str, Any]) -> None:
    visits = Settlement.objects.filter(reversal_of=None).select_related("filing", "institution").order_by("pk")
    for visit in visits[:: SETTLEMENTS // 60]:
        enrolment = Enrolment.objects.get(person_id=visit.person_id)
        if visit.filing_category == Category.EMERGENCY:
            assert covering(enrolment, visit.institution, visit.begun_on) is None
            assert visit.filing.reach.destination == visit.institution.region_id
        else:
            assert covering(enrolment, visit.institution, visit.begun_on) == visit.filing


@pytest.mark.django_db
def test_the_year_of_everybody_is_the_sum_of_the_visits(month: dict[str, Any]) -> None:
    sums: dict[int, Counter[tuple[str, ...]]] = {}
    for person, kept in Settlement.objects.values_list("person_id", "kept"):
        used = sums.setdefault(person, Counter())
        for *key, amount in kept:
            used[tuple(key)] += Decimal(amount)  # type: ignore[assignment]
    totals = dict(YearAmounts.objects.values_list("person_id", "amounts"))
    assert totals.keys() == sums.keys()
    for person, used in sums.items():
        assert {tuple(key): Decimal(amount) for *key, amount in totals[person]} == {
            key: amount for key, amount in used.items() if amount
        }


def _visit_message(visit: Settlement, enrolment: Enrolment) -> VisitMessage:
    """The visit as its hospital would have sent it."""
    lines = ChargeLine.objects.filter(month=visit.period, settlement_id=visit.pk).order_by("line")
    charges = [
        {"category": line.category, "amount": str(line.amount)} | {part: str(getattr(line, part)) for part in PARTS}
        for line in lines
    ]
    return VisitMessage(
        person_number=enrolment.person.person_number,
        insurance=visit.insurance,
        institution_code=visit.institution_id,
        service=visit.service,
        disease=visit.disease,
        begun_on=visit.begun_on,
        settled_at=visit.settled_at,
        total=str(visit.total),
        charges=charges,
    )


def _twin(person: InsuredPerson, spent: Decimal) -> Enrolment:
    """Somebody like the person, before the month."""
    enrolment = person.enrolments.get()
    person.pk, person.person_number, person.certificate_number = None, f"twin{person.pk}", f"T{person.pk}"
    person.save()
    enrolment.pk, enrolment.person, enrolment.account_balance = None, person, enrolment.account_balance + spent
    enrolment.save()
    return enrolment


def _same_details(one: Settlement, other: Settlement) -> bool:
    found = []
    for settlement in (one, other):
        lines = ChargeLine.objects.filter(month=settlement.period, settlement_id=settlement.pk).order_by("line")
        (steps,) = SettlementSteps.objects.filter(settlement_id=settlement.pk).values_list("steps", flat=True)
        steps = [[label, amount, basis.replace(one.number, other.number)] for label, amount, basis in steps]
        found.append(
            ([(line.line, line.category, line.amount, *(getattr(line, p) for p in PARTS)) for line in lines], steps)
        )
    return found[0] == found[1]


@pytest.mark.django_db
def test_settled_again_one_by_one_every_amount_is_the_same(month: dict[str, Any]) -> None:
    taken_back = list(Settlement.objects.exclude(reversal_of=None).values_list("person_id", flat=True)[:8])
    busy = list(InsuredPerson.objects.order_by("pk").values_list("pk", flat=True)[::90])
    for pk in [*taken_back, *busy]:
        happened = list(Settlement.objects.filter(person_id=pk).order_by("settled_at", "pk"))
        enrolment = _twin(InsuredPerson.objects.get(pk=pk), sum((each.account for each in happened), Decimal(0)))
        again: dict[int, Settlement] = {}
        for each in happened:
            if each.reversal_of_id:
                again[each.pk] = workflow.reverse(again[each.reversal_of_id], at=each.settled_at)
            else:
                level = each.institution.agreement_on(each.begun_on).level
                message = _visit_message(each, enrolment)
                again[each.pk] = workflow.settle(
                    workflow.Admitted(message, enrolment, each.institution, level, each.filing)
                )
                assert _same_details(again[each.pk], each)
            for name in (*AMOUNTS, "kept", "filing_category", "policy_id", "settled_on", "settled_month"):
                assert getattr(again[each.pk], name) == getattr(each, name), (each, name)
        enrolment.refresh_from_db()
        assert enrolment.account_balance == Enrolment.objects.get(person_id=pk).account_balance
        used = YearAmounts.objects.filter(person_id__in=[pk, enrolment.person_id]).values_list("amounts", flat=True)
        assert used[0] == used[1]


@pytest.mark.django_db
def test_later_visits_have_higher_numbers_and_real_ones_come_after_them(month: dict[str, Any]) -> None:
    in_order = Settlement.objects.filter(reversal_of=None).order_by("pk").values_list("pk", "settled_at", "number")
    hours = [timezone.localtime(moment).strftime("%Y-%m-%d %H") for _, moment, _ in in_order]
    assert hours == sorted(hours)
    numbers = [int(number[10:]) for _, _, number in in_order]
    assert numbers == sorted(numbers)
    assert int(next_number("JS", at("2026-10-01 00:00").date())[10:]) > max(numbers)
    for model in (Settlement, Filing, InsuredPerson, Enrolment, YearAmounts, StatusChange, Term):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
            assert cursor.fetchone()[0] > model._default_manager.latest("pk").pk


@pytest.mark.django_db
def test_another_month_has_other_people(month: dict[str, Any], settings: Any) -> None:
    call_command("generate", month="2026-10", settlements=200, seed=SEED, stdout=StringIO())
    assert Settlement.objects.filter(reversal_of=None, period="2026-10").count() == 200
    assert InsuredPerson.objects.count() > month["persons"]
    assert Institution.objects.count() == places.INSTITUTIONS


# What people and offices do


@pytest.mark.django_db
def test_with_its_acts_the_month_is_agreed_confirmed_and_noticed_in_order(month: dict[str, Any]) -> None:
    runs = run_due(with_acts(SCHEDULE), at("2026-10-31 12:00"), since=Month.parse(MONTH).first)
    assert {run.outcome for run in runs} == {JobRun.Outcome.DONE}
    assert [run.planned_at for run in runs] == sorted(run.planned_at for run in runs)
    late = Statement.objects.filter(period=MONTH, declared_period="2026-10", status=StatementStatus.DRAWN)
    cleared = Statement.objects.filter(period=MONTH, status=StatementStatus.CLEARED)
    assert 0 < late.count() < cleared.count() // 5
    assert late.count() + cleared.count() == Statement.objects.filter(period=MONTH).count()
    agreed = StatusChange.objects.filter(case_kind=Statement.kind(), case_id=cleared[0].pk).order_by("sequence")
    assert [change.by is not None for change in agreed] == [False, True, True, False]
    sheet = Sheet.objects.get(period=MONTH)
    assert sheet.status == "noticed"
    assert not ProvinceSheet.objects.filter(sheet=sheet, confirmed_at=None, payable__gt=0).exists()
    settled = Settlement.objects.filter(period=MONTH, institution__in=cleared.values("institution"))
    assert sheet.amount == sum((each.fund_total + each.account for each in settled), Decimal(0))
    both = [sum(n.amount for n in Notice.objects.filter(kind=kind)) for kind in ("payment", "receipt")]
    assert both == [sheet.amount, sheet.amount]


@pytest.mark.django_db
def test_a_month_on_the_late_have_agreed_and_what_was_taken_back_after_agreement_is_returned(
    month: dict[str, Any],
) -> None:
    call_command("generate", month="2026-10", settlements=900, seed=SEED, acts="all", stdout=StringIO())
    runs = run_due(with_acts(SCHEDULE), at("2026-11-30 12:00"), since=Month.parse(MONTH).first)
    assert {run.outcome for run in runs} == {JobRun.Outcome.DONE}
    assert not Statement.objects.filter(period=MONTH).exclude(status=StatementStatus.CLEARED).exists()
    assert Statement.objects.filter(period=MONTH, declared_period="2026-10", delayed_months=1).exists()
    assert {sheet.status for sheet in Sheet.objects.all()} == {"noticed"}
    for reversal in Settlement.objects.exclude(reversal_of=None).select_related("reversal_of"):
        original = reversal.reversal_of
        statement = Statement.objects.get(institution=reversal.institution_id, period=original.period)
        after = statement.agreed_at is not None and reversal.settled_at >= statement.agreed_at
        assert reversal.returned == after == (reversal.period != original.period)


@pytest.mark.django_db
def test_without_acts_asked_for_the_schedule_is_as_it_is() -> None:
    JobRun.objects.all().delete()
    assert with_acts(SCHEDULE) == SCHEDULE


# Like the published figures


class Gathered(Sink):
    """Keeps what would be written, for counting."""

    def __init__(self) -> None:
        super().__init__(rows_at_once=10**9)

    def flush(self) -> int:
        return 0

    def visits(self) -> list[dict[str, str]]:
        columns = TABLES["settlement_settlement"]
        rows = (
            dict(zip(columns, row.rstrip("\n").split("\t"), strict=True))
            for row in self._waiting["settlement_settlement"]
        )
        return [row for row in rows if row["reversal_of_id"] == "\\N"]


@pytest.mark.django_db
def test_the_marginals_of_a_month_lie_near_the_published_figures(month: dict[str, Any]) -> None:
    order = Order("2026-11", 20_000, 1, acts=False)
    world, rhythm = read_world(order), Rhythm.of(order.period, terms.calendar(), order.settlements)
    visits: list[dict[str, str]] = []
    wanted = Wanted(rhythm, world.shares())
    for number, numbers in enumerate(deal(wanted, reserve(wanted))):
        gathered = Gathered()
        Shard(order, number, numbers, world, rhythm, sink=gathered).run(lambda done: None)
        visits += gathered.visits()
    assert len(visits) == 20_000
    for name, found, least, most in marginals(visits):
        assert least <= found <= most, (name, found)


def marginals(visits: list[dict[str, str]]) -> Iterator[tuple[str, Decimal, Decimal, Decimal]]:
    """Each figure of docs/generated-month.md with its bounds."""
    count = Decimal(len(visits))

    def share(**wanted: Any) -> Decimal:
        fitting = [v for v in visits if all(v[name] in values for name, values in wanted.items())]
        return len(fitting) / count * 100

    def mean(service: str, *columns: str) -> Decimal:
        of_service = [v for v in visits if v["service"] == service]
        return sum((Decimal(v[c]) for v in of_service for c in columns), Decimal(0)) / len(of_service)

    def bound(name: str, found: Decimal, middle: str, either_way: str) -> tuple[str, Decimal, Decimal, Decimal]:
        return name, found, Decimal(middle) - Decimal(either_way), Decimal(middle) + Decimal(either_way)

    yield bound("住院占比", share(service=["inpatient"]), "5.1", "0.6")
    yield bound("普通门诊占比", share(service=["outpatient"]), "65.9", "1.5")
    yield bound("门诊慢特病占比", share(service=["chronic"]), "3.8", "0.5")
    yield bound("药店占比", share(service=["pharmacy"]), "25.1", "1.5")
    yield bound("四大就医地占比", share(host_province_id=figures.FOUR_LARGE), "50", "5")
    yield bound("四大来源地占比", share(home_province_id=figures.MAIN_SOURCES), "33", "3")
    without = [v for v in visits if v["service"] != "pharmacy"]
    employees = [v for v in without if v["insurance"] == "employee"]
    yield bound("职工人次占比（不含药店）", Decimal(100 * len(employees)) / len(without), "64", "3")
    cost = sum(Decimal(v["total"]) for v in employees) / sum(Decimal(v["total"]) for v in without)
    yield bound("职工费用占比（不含药店）", cost * 100, "48", "7")
    yield bound("住院次均总费用", mean("inpatient", "total"), "17400", "2200")
    yield bound("住院次均基金", mean("inpatient", "fund_total"), "10239", "1500")
    yield bound("普通门诊次均基金", mean("outpatient", "fund_total"), "127", "13")
    yield bound("门诊慢特病次均基金", mean("chronic", "fund_total"), "960", "160")
    yield bound("药店次均基金与个人账户", mean("pharmacy", "fund_total", "account"), "116", "12")
    by_day = Counter(v["settled_on"] for v in visits)
    peak = Decimal(max(by_day.values()) * 30) / len(visits)
    yield bound("单日峰值与日均之比", peak, "1.8", "0.25")


@pytest.mark.django_db
def test_mondays_are_full_and_holidays_empty() -> None:
    calendar = terms.calendar()
    rhythm = Rhythm.of(Month.parse("2026-10"), calendar, 100_000)
    by_day = Counter[Any]()
    for hour, (first, end) in zip(rhythm.hours, zip(rhythm.starts, rhythm.starts[1:], strict=False), strict=True):
        by_day[rhythm.day(hour)] += end - first
    assert sum(by_day.values()) == 100_000
    holidays = [on for on in by_day if calendar.day(on).kind.value == "holiday"]
    mondays = [on for on in by_day if on.weekday() == 0 and calendar.day(on).kind.is_working]
    assert max(by_day[on] for on in holidays) < 100_000 / 31 / 2
    assert min(by_day[on] for on in mondays) > 100_000 / 31 * 1.5


# Refusals


@pytest.mark.django_db
def test_a_month_is_generated_once(month: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match="已经生成过 2026-09"):
        call_command("generate", month=MONTH, settlements=100)


@pytest.mark.django_db
def test_books_that_disagree_wait_for_their_stage() -> None:
    with pytest.raises(CommandError, match="对账阶段尚未建立"):
        call_command("generate", month=MONTH, settlements=100, breaks="0.001")


@pytest.mark.django_db
def test_nothing_is_generated_outside_demo_and_tests(settings: Any) -> None:
    settings.TESTING = settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("generate", month=MONTH, settlements=100)


@pytest.mark.django_db
def test_an_area_without_policy_is_named() -> None:
    Policy.objects.filter(area="119900").update(valid_until=date(2026, 12, 31))
    with pytest.raises(CommandError, match="没有整月生效的待遇政策，例如北京市"):
        call_command("generate", month="2027-01", settlements=100)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"month": "2026-13"}, "月份“2026-13”不正确"), ({"month": "2020-01"}, "太早"), ({"settlements": 0}, "正整数")],
)
@pytest.mark.django_db
def test_a_wrong_order_is_refused_in_words(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("generate", **{"month": "2026-12", "settlements": 10} | wrong)


def test_numbers_of_hospitals_are_read_out_as_people_do() -> None:
    assert [places.in_words(n) for n in (1, 4, 10, 12, 20, 31)] == ["一", "四", "十", "十二", "二十", "三十一"]


def test_there_are_sixteen_shards_whatever_the_machine() -> None:
    assert SHARDS == 16
