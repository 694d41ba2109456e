"""Who shares a lock lets others share it; who has it alone keeps everybody out, until the transaction ends."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from common import locks

SHARED, ALONE = "pg_try_advisory_xact_lock_shared", "pg_try_advisory_xact_lock"
HERE, ELSEWHERE = "H11010100001", "H11010100002"


@pytest.fixture
def other(committed_db: None) -> Iterator[BaseDatabaseWrapper]:
    """Somebody else's connection."""
    other = connection.copy()
    yield other
    other.close()


def granted(other: BaseDatabaseWrapper, function: str, *keys: int) -> bool:
    """Whether somebody else would get the lock now."""
    with other.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(keys))})", keys)
        return bool(cursor.fetchone()[0])


def keys(institution: str) -> list[int]:
    return [locks.STATEMENTS, *locks._named(institution)]


def test_what_is_shared_can_be_shared_but_not_had_alone(other: BaseDatabaseWrapper) -> None:
    with transaction.atomic():
        locks.together(locks.STATEMENTS, HERE)
        assert granted(other, SHARED, *keys(HERE))
        assert not granted(other, ALONE, *keys(HERE))
    assert granted(other, ALONE, *keys(HERE))


def test_what_one_has_alone_nobody_shares_but_another_institutions_anybody(other: BaseDatabaseWrapper) -> None:
    with transaction.atomic():
        locks.alone(locks.STATEMENTS, HERE)
        assert not granted(other, SHARED, *keys(HERE))
        assert granted(other, ALONE, *keys(ELSEWHERE))
        assert granted(other, ALONE, locks.CLOSE)
    assert granted(other, SHARED, *keys(HERE))


def test_a_lease_outlasts_transactions_and_ends_with_its_block(other: BaseDatabaseWrapper) -> None:
    with locks.lease(locks.SCHEDULE, wait=False) as held:
        with transaction.atomic():
            pass
        assert held
        assert not granted(other, ALONE, locks.SCHEDULE)
    assert granted(other, ALONE, locks.SCHEDULE)


def test_the_keys_differ() -> None:
    assert len({locks.SCHEDULE, locks.CLOSE, locks.STATEMENTS}) == 3
