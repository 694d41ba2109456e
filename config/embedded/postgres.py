"""The embedded PostgreSQL: made once, started by the first command, stopped by the last."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT
from urllib.parse import quote

from config.embedded import processes
from config.embedded.errors import DID_NOT_START, FOREIGN_DIRECTORY, EmbeddedError
from config.embedded.places import Ground
from config.embedded.programs import postgres_programs
from config.embedded.server import Server

OWNER, WORKER, DATABASE = "portal_owner", "portal_worker", "portal"
PORT = "5432"  # part of the socket's name only: nothing listens on the network

# One statement a line: this is how a PostgreSQL in single-user mode reads them.
FIRST_STATEMENTS = f"""\
CREATE ROLE {OWNER} LOGIN CREATEDB;
CREATE ROLE {WORKER} LOGIN;
GRANT {WORKER} TO {OWNER};
CREATE DATABASE {DATABASE} OWNER {OWNER} STRATEGY file_copy;
"""
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_checkpoints": "off",
    # Containers keep /dev/shm at 64 MB, too little for a parallel query.
    "dynamic_shared_memory_type": "sysv" if sys.platform == "linux" else "posix",
}


class Postgres(Server):
    """PostgreSQL on its ground, with its two roles and the portal's database."""

    name = "postgres"
    title = "PostgreSQL"
    # Fast: connections are cut, nothing committed is lost; at once; by force.
    ways_to_end = ((SIGINT, 10.0), (SIGQUIT, 5.0), (SIGKILL, 5.0))

    def __init__(self, ground: Ground, more_settings: Mapping[str, str]) -> None:
        super().__init__(ground)
        self.more_settings = dict(more_settings)

    @cached_property
    def programs(self) -> Path:
        return postgres_programs(self.ground)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def noted(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def cluster_name(self) -> str:
        return f"portal-{self.ground.key}"

    def url(self, role: str) -> str:
        return f"postgresql://{role}@{quote(str(self.socket_directory), safe='')}/{DATABASE}"

    def answers(self) -> bool:
        if not (self.socket_directory / f".s.PGSQL.{PORT}").exists():
            return False
        place = ("-h", str(self.socket_directory), "-p", PORT, "-U", "postgres", "-d", "postgres")
        asked = subprocess.run(  # noqa: S603
            [str(self.programs / "pg_isready"), "-q", "-t", "3", *place], check=False, env=processes.environment()
        )
        return asked.returncode == 0

    def is_ours(self, command: str) -> bool:
        """The server itself, or one of its processes, which may outlive it by a moment."""
        if command.startswith(f"postgres: {self.cluster_name}:"):
            return True
        return "bin/postgres -D " in command and f"cluster_name={self.cluster_name}" in command

    def prepare(self) -> None:
        """Clear what a killed server left; make the cluster aside and move it into place when complete."""
        for left in (self.noted, *self.socket_directory.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)
        if (self.data / "PG_VERSION").exists():
            owner = self.data.stat().st_uid
            if owner != self.ground.account.uid:
                raise EmbeddedError(FOREIGN_DIRECTORY.format(path=self.data, owner=owner))
            return
        print("首次使用：建立内置 PostgreSQL ……", file=sys.stderr)  # noqa: T201
        if not self.ground.is_inside:
            print(f"运行数据库的账户进不了 {self.ground.var}，数据放在 {self.home}。", file=sys.stderr)  # noqa: T201
        half = self.home / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        self._make_cluster(half)
        half.rename(self.data)

    def command(self) -> list[str | Path]:
        settings = (
            SETTINGS
            | self.more_settings
            | {"unix_socket_directories": str(self.socket_directory), "cluster_name": self.cluster_name}
        )
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self.programs / "postgres", "-D", self.data, *arguments]

    def _make_cluster(self, half: Path) -> None:
        """The same letters and order on every machine; the roles and the database are part of the making."""
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        quick = ("--auth=trust", "--no-sync", "--no-instructions", "--text-search-config=simple")
        self._make("initdb", "-D", str(half), "-U", "postgres", *locale, *quick)
        self._make("postgres", "--single", "-D", str(half), "-c", "exit_on_error=on", "postgres", text=FIRST_STATEMENTS)

    def _make(self, program: str, *arguments: str, text: str = "") -> None:
        status, said = processes.run([self.programs / program, *arguments], self.ground.account, self.home, text)
        if status != 0:
            raise EmbeddedError(DID_NOT_START.format(what=self.title, log=program, tail=said))
