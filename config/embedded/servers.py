"""Both embedded servers of one var directory, as settings and commands see them."""

import atexit
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.embedded.membership import Membership
from config.embedded.places import Ground, make_var
from config.embedded.postgres import DATABASE, OWNER, PORT, WORKER, Postgres
from config.embedded.redis import Redis
from config.embedded.server import Server


@dataclass(frozen=True)
class Servers:
    """Where the embedded servers answer; the addresses are the same before and after they run."""

    database_url: str
    owner_url: str
    redis_url: str
    databases: dict[str, dict[str, str]]


class Embedded:
    """The servers under one var directory, used by this process until stop() or its end; ``settings`` are PostgreSQL's."""

    def __init__(self, var: Path, settings: Mapping[str, str] | None = None) -> None:
        self.ground = Ground(var)
        self.postgres = Postgres(self.ground, settings or {})
        self.redis = Redis(self.ground)
        self._members: dict[Server, Membership] = {
            server: Membership(self.ground.var / server.name) for server in (self.postgres, self.redis)
        }

    def addresses(self) -> Servers:
        entry = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "HOST": str(self.postgres.socket_directory),
            "PORT": PORT,
        }
        return Servers(
            database_url=self.postgres.url(WORKER),
            owner_url=self.postgres.url(OWNER),
            redis_url=self.redis.url,
            databases={"default": entry | {"USER": WORKER}, "owner": entry | {"USER": OWNER}},
        )

    def start(self) -> Servers:
        """Start or join both; one that was killed meanwhile is started again."""
        self._enter(self.postgres)
        self._enter(self.redis)
        return self.addresses()

    def provide(self, env_file: Path) -> None:
        """Start or join what neither the environment nor the file names, and put its address into the environment."""
        named = _named_in(env_file) | {name for name, value in os.environ.items() if value}
        if "DATABASE_URL" not in named or os.environ.get("DATABASE_URL") == self.postgres.url(WORKER):
            self._enter(self.postgres)
            os.environ["DATABASE_URL"] = self.postgres.url(WORKER)
            os.environ["DATABASE_OWNER_URL"] = self.postgres.url(OWNER)
            _note(self.postgres.name)
        if "REDIS_URL" not in named or os.environ.get("REDIS_URL") == self.redis.url:
            self._enter(self.redis)
            os.environ["REDIS_URL"] = self.redis.url
            _note(self.redis.name)

    def keep(self) -> None:
        """Start again what this process uses and something killed."""
        for server, members in self._members.items():
            if members.joined:
                self._enter(server)

    def stop(self) -> None:
        """Leave both; the last to leave stops them. A forked child has nothing to leave: the place is its parent's."""
        for server, members in reversed(self._members.items()):
            if members.joined:
                with members.turn():
                    _leave(server, members)

    def erase(self) -> None:
        """Stop the servers, whoever uses them, and remove all they kept."""
        for server in self._members:
            server.stop()
        self.ground.erase()

    def _enter(self, server: Server) -> None:
        members = self._members[server]
        if not members.joined:
            make_var(self.ground.var)
            atexit.register(self.stop)
        with members.turn():
            members.join()
            try:
                server.start()
            except BaseException:
                _leave(server, members)
                raise


def _leave(server: Server, members: Membership) -> None:
    if members.leave():
        server.stop()
    else:
        server.release()


def _named_in(env_file: Path) -> set[str]:
    """The variables a .env file gives a value."""
    try:
        text = env_file.read_text(encoding="utf-8")
    except OSError:
        return set()
    return set(re.findall(r"^\s*(?:export\s+)?([A-Z_]+)\s*=\s*[^\s#]", text, re.MULTILINE))


def _note(name: str) -> None:
    """Settings learn which servers are embedded: a public server refuses to start on them."""
    known = [part for part in os.environ.get("EMBEDDED", "").split(",") if part]
    os.environ["EMBEDDED"] = ",".join(dict.fromkeys([*known, name]))
