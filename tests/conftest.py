"""Real PostgreSQL and Redis for every test, the reference data loaded once, and the cast of people who work here."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.utils import timezone

from benchmarks import database
from registry.enums import Role
from registry.models import Agency, ChronicDisease, Institution, PoolingArea, Region, Staff, WorkingDay
from settlement import published_policies

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A server that cleans up between two tests learns that a table is empty, and plans otherwise for the second.
LEAVE_STATISTICS_ALONE = """
DO $$ DECLARE held regclass; BEGIN
    FOR held IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', held);
    END LOOP;
END $$
"""
REFERENCE = {Region, PoolingArea, Agency, WorkingDay, ChronicDisease, ContentType, Permission}


def at(text: str) -> datetime:
    """A moment in Shanghai: ``at("2026-09-01 10:00")``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """A database of this run's own, made by the owner's role, used by the working role."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"test_portal_{worker}_{os.getpid()}"
    with django_db_blocker.unblock(), database.fresh(name):  # type: ignore[attr-defined]
        with connections["owner"].cursor() as cursor:
            # Between transactional tests the tables are emptied; nothing else may ever truncate them.
            role = connections["owner"].ops.quote_name(connections["default"].settings_dict["USER"])
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {role}")
            cursor.execute(LEAVE_STATISTICS_ALONE)
        yield


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """For tests with several connections: what they write is really committed, and removed afterwards.

    The reference data stays as it is; such a test reads it and leaves it alone.
    """
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
        forget_what_was_written()


def forget_what_was_written() -> None:
    """Empty every table that a story fills; the reference data stays."""
    connections["default"].close()
    written = [model for model in apps.get_models(include_auto_created=True) if model not in REFERENCE]
    tables = ", ".join(f'"{model._meta.db_table}"' for model in written)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '5s'; TRUNCATE {tables}; RESET lock_timeout")
    published_policies.load_shipped(timezone.now())


def _staff(username: str, role: str, *, agency: str = "", institution: Institution | None = None) -> Staff:
    staff = Staff(
        username=username,
        name=username,
        role=role,
        agency=Agency.objects.get(code=agency) if agency else None,
        institution=institution,
    )
    staff.set_unusable_password()
    staff.save()
    return staff


@pytest.fixture
def home_clerk(db: None) -> Staff:
    """A clerk of 周口, where the insured persons of the stories are insured."""
    return _staff("zhoukou.clerk", Role.CLERK, agency="411600")


@pytest.fixture
def home_supervisor(db: None) -> Staff:
    """Her supervisor."""
    return _staff("zhoukou.supervisor", Role.SUPERVISOR, agency="411600")


@pytest.fixture
def host_clerk(db: None) -> Staff:
    """A clerk of 北京, where they are treated."""
    return _staff("beijing.clerk", Role.CLERK, agency="119900")


@pytest.fixture
def henan_supervisor(db: None) -> Staff:
    """Confirms for the home province."""
    return _staff("henan.supervisor", Role.SUPERVISOR, agency="410000")


@pytest.fixture
def beijing_supervisor(db: None) -> Staff:
    """Confirms for the host province."""
    return _staff("beijing.supervisor", Role.SUPERVISOR, agency="110000")


@pytest.fixture
def national_operator(db: None) -> Staff:
    """Sees the whole nation, confirms for nobody."""
    return _staff("national.operator", Role.OPERATOR, agency="100000")


@pytest.fixture
def auditor(db: None) -> Staff:
    """Reads everything, changes nothing."""
    return _staff("auditor", Role.AUDITOR, agency="100000")


@pytest.fixture
def outsider(db: None) -> Staff:
    """A clerk of a city that has nothing to do with the stories (合肥)."""
    return _staff("hefei.clerk", Role.CLERK, agency="340100")


@pytest.fixture
def hospital(db: None) -> Institution:
    """A tertiary hospital in Beijing, networked for everything but pharmacy."""
    hospital = Institution.objects.create(
        code="H11010100001",
        name="北京演示第一医院",
        area_id="119900",
        province_id="110000",
        region_id="110000",
    )
    hospital.agreements.create(level="tertiary", valid_from=date(2023, 1, 1))
    for service in ("inpatient", "outpatient", "chronic"):
        hospital.services.create(service=service, valid_from=date(2023, 1, 1))
    return hospital


@pytest.fixture
def hospital_staff(hospital: Institution) -> Staff:
    """The hospital's own person in its insurance office."""
    return _staff("hospital.beijing", Role.INSTITUTION, institution=hospital)
