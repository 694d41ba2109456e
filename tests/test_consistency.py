"""What must hold all over the house, whoever adds to it: words in Chinese, money protected, law cited, docs current."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, models

from common import scope
from common.cases import Case, OfCase, StatusChange
from common.fields import YuanField
from common.law import Article, Dated
from common.partitions import partitioned_models
from common.roles import append_only_tables
from config.generated_docs import WORKFLOWS, constants, pages, stale, term_kinds, verbs_between
from config.schedule import SCHEDULE
from registry.enums import Role
from registry.permissions import ALLOWS

OURS = ("common", "registry", "filings", "settlement", "clearing", "coordination", "config")
CHINESE = re.compile("[一-鿿]")
LONGEST_QUOTATION = 40
DIGITS = "零一两三四五六七八九十"  # as the regulation counts: 两个工作日

# Jobs the law does not ask for: they keep the portal itself in order.
HOUSEKEEPING = {"open_next_months", "examine_books"}
# What is nobody's move yet: the national decision on what is later than the limit (article 50) is still to come.
WAITING_FOR_A_STAGE = {("Statement", "over_limit")}
# Set by config.embedded alone, never by hand.
NOT_FOR_PEOPLE = {"EMBEDDED"}

# Every duty that the calendar brings, with the job that does it; an empty name is a duty nobody does yet. Who adds a
# job writes its name here, so that this table always says what is still missing.
DUTIES = {
    "第十条：有效期满的备案结束": "expire_filings",
    "第三十八条：每日三方对账": "",
    "第三十八条：每月3日前完成上月对账": "",
    "第三十九条：结算后3日内上传住院明细": "",
    "第四十条：生成上月对账单": "draw_statements",
    "第四十条：20日前提醒未确认的机构与经办机构": "",
    "第四十条、第五十条：20日终了未确认的转入下期": "roll_statements",
    "第四十六条：21日生成清算表": "close_month",
    "第四十六条：25日前提醒未确认的省份": "",
    "第四十六条：25日后仍未确认的报国家级经办机构": "",
    "第四十七条：月底前发布通知书": "publish_notices",
    "第四十八条：下载后5个工作日内提交财政": "",
    "第四十八条：审核无误后10个工作日内划款": "",
    "第四十八条：完成后5个工作日内反馈": "",
    "第四十九条：发布后5个工作日内上解下拨": "",
    "第五十条：上年费用第一季度内清算完毕": "",
    "第二十条：1月底前核定预付金": "",
    "第二十一条、第二十二条：2月底前完成预付金收付款": "",
    "第二十三条：每期清算后计算预付金使用率": "",
    "第二十四条：红色预警后3个工作日内可申请调增": "",
    "第五十八条：每月26日零时生成协查汇总表": "",
    "第五十八条：次月26日前完成协查": "",
    "第五十八条：5个工作日内确认协查结果": "",
    "第五十九条：2、1、10个工作日内回复": "",
    "第五十九条：10个工作日未确认视为确认": "",
}


def our_models() -> list[type[models.Model]]:
    """Every model of the house, the tables between two of them included."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]


def our_cases() -> list[type[Case]]:
    return [model for model in our_models() if issubclass(model, Case)]


def keeps_money_or_history(model: type[models.Model]) -> bool:
    if issubclass(model, Case | OfCase) or getattr(model, "APPEND_ONLY", False):
        return True
    return any(isinstance(field, YuanField) for field in model._meta.concrete_fields)


def texts(choices: Any) -> Iterator[str]:
    yield from (str(label) for _, label in choices)


EVERY_MODEL = pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
EVERY_WORKFLOW = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.model.__name__)
EVERY_JOB = pytest.mark.parametrize("job", SCHEDULE, ids=lambda job: job.name)


# The law


def articles() -> list[Any]:
    """Every article that carries something, with the value it carries."""
    found = []
    for app, name, held in constants():
        values = [(value.value, value.article) for value in held.values] if isinstance(held, Dated) else [(None, held)]
        found += [pytest.param(value, article, id=f"{app}.{name}-{value}") for value, article in values]
    return found


@pytest.mark.parametrize(("value", "article"), articles())
def test_every_number_of_the_law_is_quoted_with_its_article(value: Any, article: Article) -> None:
    assert re.fullmatch(r"第[一二三四五六七八九十]+条|[一二三四五六七]（[一二三四五六七]）", article.number)
    words = re.sub(r"\s", "", article.words)
    assert 0 < len(words) <= LONGEST_QUOTATION, "a short quotation carries the value"
    assert CHINESE.search(words)
    if isinstance(value, int):
        spoken = DIGITS[value] if value < len(DIGITS) else str(value)
        assert str(value) in words or spoken in words, f"{value} does not stand in “{words}”"


def test_every_value_is_in_force_from_its_source_on_or_later() -> None:
    for _, name, held in constants():
        for value in held.values if isinstance(held, Dated) else ():
            assert value.since >= value.article.source.in_force, name


def test_every_number_of_the_law_has_a_value_today() -> None:
    assert all(held.on(date(2026, 1, 1)) for _, _, held in constants() if isinstance(held, Dated))


def test_every_kind_of_term_has_its_article_and_a_name_on_screen() -> None:
    kinds = [kind for _, _, kind in term_kinds()]
    assert kinds
    assert all(CHINESE.search(kind.name) and kind.number.values[-1].article.number for kind in kinds)
    assert len({kind.name for kind in kinds}) == len(kinds), "the name tells the terms of a case apart"


# The tables


@EVERY_MODEL
def test_a_model_and_its_fields_are_named_in_chinese(model: type[models.Model]) -> None:
    assert CHINESE.search(str(model._meta.verbose_name))
    generated = (models.AutoField, models.CompositePrimaryKey)
    nameless = [
        field.name
        for field in model._meta.fields
        if not isinstance(field, generated) and not CHINESE.search(str(field.verbose_name))
    ]
    assert nameless == []


@EVERY_MODEL
def test_choices_are_shown_in_chinese(model: type[models.Model]) -> None:
    for field in model._meta.fields:
        assert all(CHINESE.search(label) for label in texts(field.choices or ())), field.name


def test_all_words_to_choose_from_are_chinese() -> None:
    kinds = [kind for kind in models.TextChoices.__subclasses__() if kind.__module__.split(".")[0] in OURS]
    assert len(kinds) > 20
    for kind in kinds:
        assert all(CHINESE.search(label) for label in texts(kind.choices)), kind


@EVERY_MODEL
def test_money_and_history_are_never_deleted_along_with_something(model: type[models.Model]) -> None:
    if keeps_money_or_history(model):
        keys = [field for field in model._meta.fields if field.is_relation]
        assert [key.name for key in keys if key.remote_field.on_delete is not models.PROTECT] == []


@EVERY_MODEL
def test_somebody_decided_who_sees_the_rows(model: type[models.Model]) -> None:
    assert scope.is_registered(model)


@EVERY_MODEL
def test_a_constraint_tells_people_what_is_wrong(model: type[models.Model]) -> None:
    for constraint in model._meta.constraints:
        message = constraint.violation_error_message or ""
        assert CHINESE.search(message) and "约束" not in message, constraint.name


def test_amounts_are_kept_exactly() -> None:
    fields = [field for model in our_models() for field in model._meta.fields]
    assert [field for field in fields if field.get_internal_type() == "FloatField"] == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# Two roles


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("table", append_only_tables())
def test_the_working_role_can_add_to_money_and_history_and_nothing_else(table: str) -> None:
    working = connections["default"].settings_dict["USER"]
    assert working != connections["owner"].settings_dict["USER"]
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree(%s::regclass)", [table])
        tables = [name for (name,) in cursor.fetchall()] or [table]
        for name in tables:
            cursor.execute(
                "SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege"
                " WHERE has_table_privilege(%s, %s, privilege)",
                [working, name],
            )
            held = {privilege for (privilege,) in cursor.fetchall()}
            assert held <= {"SELECT", "INSERT"}, name
            assert name != table or held == {"SELECT", "INSERT"}


def test_history_and_money_that_is_final_are_append_only() -> None:
    assert {StatusChange._meta.db_table, "settlement_settlement", "clearing_sheetrow", "clearing_notice"} <= set(
        append_only_tables()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("model", partitioned_models(), ids=lambda model: model.__name__)
def test_the_big_tables_are_cut_by_month(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partstrat, attname FROM pg_partitioned_table JOIN pg_attribute"
            " ON attrelid = partrelid AND attnum = partattrs[0] WHERE partrelid = %s::regclass",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == ("r", model.PARTITIONED_BY)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_the_working_role_cannot_change_the_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege(current_user, 'public', 'CREATE')")
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_the_owners_functions_are_the_working_roles_to_call_and_nobody_elses() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text, has_function_privilege(current_user, oid, 'EXECUTE'),"
            " has_function_privilege('public', oid, 'EXECUTE')"
            " FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        )
        assert cursor.fetchall() == [("common_open_month(text,text,text)", True, False)]


# The life of cases


def test_every_kind_of_case_has_its_table() -> None:
    assert {workflow.model for workflow in WORKFLOWS} == set(our_cases())


@EVERY_WORKFLOW
def test_a_table_knows_every_status_and_no_other(workflow: Any) -> None:
    choices = {value for value, _ in workflow.model._meta.get_field("status").choices}
    assert set(workflow.allowed) == choices
    assert {after for leads_to in workflow.allowed.values() for after in leads_to} <= choices


@EVERY_WORKFLOW
def test_every_status_can_be_reached_from_the_first(workflow: Any) -> None:
    reached = {end for start, end in workflow.verbs.values() if start is None}
    assert reached
    ahead = list(reached)
    while ahead:
        further = set(workflow.allowed[ahead.pop()]) - reached
        reached |= further
        ahead += further
    assert reached == set(workflow.allowed)


@EVERY_WORKFLOW
def test_what_is_final_leads_nowhere_and_the_reverse(workflow: Any) -> None:
    ends = {status for status, leads_to in workflow.allowed.items() if not leads_to}
    waiting = {status for name, status in WAITING_FOR_A_STAGE if name == workflow.model.__name__}
    assert ends - waiting == set(workflow.model.FINAL)


@EVERY_WORKFLOW
def test_every_verb_is_in_the_table_and_allowed(workflow: Any) -> None:
    (kind,) = {type(verb) for verb in workflow.verbs}
    assert set(workflow.verbs) == set(kind) or kind.__name__ == "SheetVerb", "sheets and their parts share their verbs"
    for verb, (start, end) in workflow.verbs.items():
        assert start is None or end in workflow.allowed[start], verb
        assert start is None or verb.label in verbs_between(workflow, start, end)


# The schedule


@EVERY_JOB
def test_a_job_says_in_chinese_what_it_does_and_by_which_article(job: Any) -> None:
    assert CHINESE.search(job.label)
    assert job.name in HOUSEKEEPING or re.search("第.+条", job.article)
    assert (job.act.__doc__ or "").strip()


@EVERY_JOB
def test_a_job_needs_only_what_stands_before_it(job: Any) -> None:
    names = [each.name for each in SCHEDULE]
    assert set(job.needs) <= set(names[: names.index(job.name)])


def test_no_two_jobs_have_one_name() -> None:
    assert len({job.name for job in SCHEDULE}) == len(SCHEDULE)


def test_every_job_does_a_duty_of_the_calendar_and_no_duty_names_a_job_that_is_gone() -> None:
    doing = [job for job in DUTIES.values() if job]
    assert sorted(doing) == sorted({job.name for job in SCHEDULE} - HOUSEKEEPING)
    assert all(re.match("第.+条", duty) for duty in DUTIES)


# Who may do what


@pytest.mark.parametrize("role", Role)
def test_every_permission_of_a_role_exists(role: Role) -> None:
    real = {
        f"{model._meta.app_label}.{codename}"
        for model in apps.get_models()
        for codename in (
            *(f"{act}_{model._meta.model_name}" for act in model._meta.default_permissions),
            *(codename for codename, _ in model._meta.permissions),
        )
    }
    assert ALLOWS[role]
    assert set(ALLOWS[role]) - real == set()


@pytest.mark.parametrize("role", Role)
def test_nobody_may_change_or_delete_money_and_history(role: Role) -> None:
    kept = {model._meta.label_lower for model in our_models() if getattr(model, "APPEND_ONLY", False)}
    granted = {permission for permission in ALLOWS[role] if re.match(r"\w+\.(add|change|delete)_", permission)}
    written = {re.sub(r"\.(add|change|delete)_", ".", permission) for permission in granted}
    assert written & kept == set()
    assert not any(".delete_" in permission for permission in granted), "nothing is deleted here"


@pytest.mark.parametrize("own", [label for _, label in sorted(_p for m in our_models() for _p in m._meta.permissions)])
def test_our_own_permissions_are_named_in_chinese(own: str) -> None:
    assert CHINESE.search(own)


# Papers


def test_the_generated_docs_are_current() -> None:
    assert [path.name for path in stale()] == [], "run manage.py write_docs"


def test_the_generated_docs_are_the_same_twice_and_name_no_machine() -> None:
    assert pages() == pages()
    assert not any(str(settings.BASE_DIR) in text for text in pages().values())


def test_a_generated_page_that_was_changed_by_hand_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    page = settings.BASE_DIR / "docs" / "nowhere" / "law.md"
    monkeypatch.setattr("config.generated_docs.pages", lambda: {page: "text\n"})
    with pytest.raises(CommandError, match=r"law\.md 已过时"):
        call_command("write_docs", check=True)


def declared_variables() -> set[str]:
    """The variables of the environment that settings declare."""
    tree = ast.parse((settings.BASE_DIR / "config" / "settings.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (environment,) = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "Env"]
    return {str(keyword.arg) for keyword in environment.keywords}


def test_every_variable_stands_in_the_example_of_the_environment() -> None:
    example = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    written = set(re.findall(r"^#?\s?([A-Z_]+)=", example, re.MULTILINE))
    assert declared_variables() - NOT_FOR_PEOPLE <= written


def test_every_decision_is_numbered_once_and_short() -> None:
    files = sorted((settings.BASE_DIR / "docs" / "decisions").glob("*.md"))
    assert files
    assert [file.name[:4] for file in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]


def test_every_package_has_a_line_of_reason() -> None:
    reasons = "\n".join(
        file.read_text(encoding="utf-8").lower() for file in (settings.BASE_DIR / "docs" / "decisions").glob("*.md")
    )
    wanted = "\n".join((settings.BASE_DIR / name).read_text() for name in ("requirements.txt", "requirements-dev.txt"))
    packages = re.findall(r"^([A-Za-z0-9_-]+)==", wanted, re.MULTILINE)
    assert len(packages) > 20
    assert [package for package in packages if package.lower() not in reasons] == []


def test_links_between_our_papers_lead_somewhere() -> None:
    papers = [settings.BASE_DIR / "README.md", settings.BASE_DIR / "CHANGELOG.md"]
    papers += sorted((settings.BASE_DIR / "docs").rglob("*.md"))
    pictures_to_come = {"docs/images/sheet.png"}
    broken = [
        (paper.name, target)
        for paper in papers
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", paper.read_text(encoding="utf-8"))
        if target not in pictures_to_come and not (paper.parent / target).exists()
    ]
    assert broken == []
