"""The embedded servers start for the first, stay for all, stop with the last, and come back after any kill."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import CHECKOUT, Embedded, EmbeddedError
from config.embedded.places import SOCKET_PATH_LIMIT

USE_UNTIL_TOLD = """
import sys
from pathlib import Path
from config.embedded import Embedded
embedded = Embedded(Path(sys.argv[1]))
embedded.start()
print("ready", flush=True)
sys.stdin.readline()
"""
USE_AS_NOBODY = """
import os, pwd, sys
from pathlib import Path
from config.embedded import Embedded
nobody = pwd.getpwnam("nobody")
os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)
os.environ["HOME"] = "/nonexistent"
embedded = Embedded(Path(sys.argv[1]))
embedded.start()
print(embedded.postgres.answers(), embedded.redis.answers(), embedded.postgres.data.stat().st_uid == nobody.pw_uid)
"""
PROVIDE = """
import os, sys
from pathlib import Path
from config.embedded import Embedded
embedded = Embedded(Path(sys.argv[1]))
embedded.provide(Path(sys.argv[2]))
print(embedded.postgres.answers(), embedded.redis.answers(), os.environ["EMBEDDED"], os.environ["DATABASE_URL"])
"""
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")


class Process:
    """A command of the portal that uses the servers until told to end."""

    def __init__(self, var: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", USE_UNTIL_TOLD, str(var)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"

    def end(self) -> None:
        self.process.communicate(b"\n", timeout=30)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A directory that every account can reach; pytest's own is closed to all but its owner."""
    with tempfile.TemporaryDirectory(prefix="portal-", dir="/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="module")
def var(place: Path) -> Iterator[Path]:
    """One var directory for all tests that leave it stopped."""
    yield place / "var"
    Embedded(place / "var").erase()


@pytest.fixture
def embedded(var: Path) -> Iterator[Embedded]:
    servers = Embedded(var)
    yield servers
    servers.stop()
    assert not is_running(servers)


def is_running(embedded: Embedded) -> bool:
    return embedded.postgres.answers() or embedded.redis.answers()


def server_process(embedded: Embedded) -> int:
    return int(embedded.postgres.noted.read_text().split()[0])


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement).fetchone()
        return row and row[0]


def run(program: str, *arguments: str | Path, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "EMBEDDED"}}
    ended = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=CHECKOUT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_first_starts_others_join_and_last_stops(var: Path) -> None:
    embedded = Embedded(var)
    with ThreadPoolExecutor(4) as pool:
        users = list(pool.map(Process, [var] * 4))
    for user in users[:3]:
        user.end()
    assert ask(embedded.addresses().database_url, "SELECT 1") == 1
    assert redis.Redis.from_url(embedded.addresses().redis_url).ping()
    users[3].end()
    assert not is_running(embedded)


def test_two_roles_of_which_one_cannot_change_the_schema(embedded: Embedded) -> None:
    servers = embedded.start()
    assert ask(servers.owner_url, "SELECT rolcreatedb AND NOT rolsuper FROM pg_roles WHERE rolname = current_user")
    assert ask(servers.owner_url, "SELECT has_schema_privilege('public', 'CREATE')")
    assert ask(servers.database_url, "SELECT current_user || ' ' || has_schema_privilege('public', 'CREATE')") == (
        "portal_worker false"
    )


def test_nothing_listens_on_the_network(embedded: Embedded) -> None:
    servers = embedded.start()
    assert ask(servers.database_url, "SHOW listen_addresses") == ""
    assert redis.Redis.from_url(servers.redis_url).config_get("port") == {"port": "0"}


def test_text_sorts_the_same_on_every_machine(embedded: Embedded) -> None:
    url = embedded.start().database_url
    assert ask(url, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'portal'") == "bC.UTF-8"
    assert ask(url, "SELECT string_agg(word, '' ORDER BY word) FROM unnest(ARRAY['豫', 'b', 'B', 'a']) word") == "Bab豫"
    assert ask(url, "SHOW timezone") == "Asia/Shanghai"


def test_what_a_killed_process_started_is_joined_and_stopped_by_the_next(var: Path, embedded: Embedded) -> None:
    Process(var).kill()
    assert is_running(embedded)
    started_before = server_process(embedded)
    embedded.start()
    assert server_process(embedded) == started_before


def test_nothing_committed_is_lost_when_everything_is_killed(var: Path, embedded: Embedded) -> None:
    user, servers = Process(var), embedded.addresses()
    with psycopg.connect(servers.owner_url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('在')")
    redis.Redis.from_url(servers.redis_url).set("kept", "in")
    for pid in (server_process(embedded), int(embedded.redis.noted.read_text())):
        os.kill(pid, signal.SIGKILL)
    user.kill()
    embedded.start()
    assert ask(servers.owner_url, "SELECT word FROM kept") == "在"
    assert redis.Redis.from_url(servers.redis_url).get("kept") == b"in"


def test_a_number_left_by_a_kill_is_not_believed(embedded: Embedded) -> None:
    embedded.start()
    embedded.stop()
    embedded.postgres.noted.write_text(f"{os.getpid()}\n{embedded.postgres.data}\n")
    embedded.redis.noted.write_text(f"{os.getpid()}\n")
    assert ask(embedded.start().database_url, "SELECT 1") == 1


def test_a_server_killed_under_its_user_comes_back(embedded: Embedded) -> None:
    url = embedded.start().database_url
    os.kill(server_process(embedded), signal.SIGKILL)
    embedded.keep()
    assert ask(url, "SELECT 1") == 1


def test_a_half_made_cluster_is_made_again(place: Path) -> None:
    embedded = Embedded(place / "half" / "var")
    left = embedded.postgres.home / "data.half"
    left.mkdir(parents=True)
    (left / "PG_VERSION").write_text("18\n")
    try:
        assert ask(embedded.start().database_url, "SELECT 1") == 1
    finally:
        embedded.stop()
        embedded.erase()


def test_two_checkouts_do_not_meet_and_a_deep_path_is_no_obstacle(place: Path, embedded: Embedded) -> None:
    deep = Embedded(place / "很深的目录, with a comma" / ("x" * 120) / "var")
    assert len(os.fsencode(deep.postgres.home)) > SOCKET_PATH_LIMIT
    try:
        first, second = embedded.start().owner_url, deep.start().owner_url
        assert ask(first, "SHOW cluster_name") != ask(second, "SHOW cluster_name")
        deep.stop()
        assert ask(first, "SELECT 1") == 1
    finally:
        deep.stop()
        deep.erase()
    assert not deep.postgres.socket_directory.exists()


@needs_root
def test_a_checkout_closed_to_other_accounts_stays_closed() -> None:
    with tempfile.TemporaryDirectory(prefix="portal-", dir="/tmp") as closed:
        embedded = Embedded(Path(closed) / "var")
        try:
            assert ask(embedded.start().database_url, "SELECT 1") == 1
            assert Path(closed).stat().st_mode & 0o777 == 0o700
            assert not embedded.postgres.data.is_relative_to(closed)
        finally:
            embedded.stop()
            embedded.erase()
        assert not embedded.ground.outside.exists()


@needs_root
def test_an_ordinary_user_without_a_home_can_run_them(place: Path) -> None:
    directory = place / "ordinary"
    directory.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(directory, nobody.pw_uid, nobody.pw_gid)
    if not Embedded(directory / "var").ground.account.can_read(
        Embedded(directory / "var").postgres.programs / "postgres"
    ):
        pytest.skip("the installed programs are closed to other users")
    assert run(USE_AS_NOBODY, directory / "var") == "True True True"


def test_only_what_is_not_named_is_provided(var: Path, place: Path) -> None:
    nothing = place / ".env"
    assert run(PROVIDE, var, nothing, DATABASE_URL="postgresql://elsewhere/x") == (
        "False True redis postgresql://elsewhere/x"
    )
    named = place / "named.env"
    named.write_text("# our Redis\nREDIS_URL=redis://elsewhere/0\nDATABASE_URL=\n", encoding="utf-8")
    assert run(PROVIDE, var, named).startswith("True False postgres postgresql://portal_worker@")


def test_without_the_packages_the_operator_is_told_what_to_do(place: Path) -> None:
    bare = [sys.executable, "-S", "-c", USE_UNTIL_TOLD, str(place / "bare")]
    ended = subprocess.run(bare, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert "请设置 DATABASE_URL；开发或演示请运行 make setup" in ended.stderr


def test_another_users_directory_is_refused_by_name(place: Path) -> None:
    directory = place / "foreign"
    directory.mkdir()
    (directory / "postgres").symlink_to(place)
    with pytest.raises(EmbeddedError, match="属于另一个用户"):
        Embedded(directory).start()
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(directory)
