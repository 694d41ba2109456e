"""The whole portal with one command: database, queue, web server, worker and beat, until Ctrl-C."""

import errno
import http.client
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from config import embedded
from config.demo.people import LOGINS
from config.preparation import prepare
from config.supervision import Service, Signalled, Supervisor, die_with_parent, listen_for_the_end

HOST = "127.0.0.1"
READY_WITHIN = 90.0  # seconds, for a slow machine
ROUND = 0.3  # seconds between two looks at the services
ROUNDS_TO_LOOK_AT_SERVERS = 10
WEB_WORKERS, WEB_THREADS, TASKS_AT_ONCE = 2, 4, 2


class Command(BaseCommand):
    help = "运行整个门户：数据库与队列（未指定时用内置的）、网页、后台任务、定时任务。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--end-with-parent", action="store_true", help="启动它的程序（如 make）结束时一并结束")

    def handle(self, **options: Any) -> None:
        port = _port()
        supervisor = Supervisor(_services(port), self._say)
        listen_for_the_end(supervisor)
        if options["end_with_parent"]:
            die_with_parent(signal.SIGTERM)
        try:
            _refuse_taken(port)
            prepare(self._say)
            self._run(supervisor, port)
        except Signalled:
            self._say("\n正在结束……")
        except OperationalError as fault:
            raise CommandError(f"连不上数据库：{fault}\n请检查 DATABASE_URL 与 DATABASE_OWNER_URL。") from fault
        finally:
            supervisor.end()
            embedded.stop()
        self._say("已结束。")

    def _run(self, supervisor: Supervisor, port: int) -> None:
        supervisor.start()
        self._wait_until_ready(supervisor, port)
        self._greet(port)
        rounds = 0
        while True:
            time.sleep(ROUND)
            supervisor.look_after()
            rounds += 1
            if rounds % ROUNDS_TO_LOOK_AT_SERVERS == 0:
                self._keep_servers()

    def _wait_until_ready(self, supervisor: Supervisor, port: int) -> None:
        """Ready is when the first page answers, not before."""
        until = time.monotonic() + READY_WITHIN
        web = supervisor.services[0]
        while not _answers(port):
            if web.ended:
                raise CommandError("网页服务没有启动成功，原因见上。")
            if time.monotonic() > until:
                raise CommandError(f"网页服务 {READY_WITHIN:.0f} 秒内没有应答。")
            time.sleep(0.1)

    def _keep_servers(self) -> None:
        try:
            embedded.keep()
        except embedded.EmbeddedError as fault:
            self._say(str(fault))

    def _greet(self, port: int) -> None:
        lines = [f"门户已就绪：http://{HOST}:{port}/"]
        if settings.DEMO:
            lines.append(f"演示账号（口令均为 {settings.DEMO_PASSWORD}）：")
            lines += [f"  {username:<20}{name}" for username, name, *_ in LOGINS]
        self._say("\n".join([*lines, "按 Ctrl-C 结束。"]))

    def _say(self, text: str) -> None:
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except OSError:
            return  # whoever read our words is gone; the work is not


def _port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise CommandError(f"PORT 应为 1 至 65535 的整数，现在是“{given}”。")
    return int(given)


def _refuse_taken(port: int) -> None:
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((HOST, port))
        except OSError as fault:
            if fault.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            reason = "已被占用" if fault.errno == errno.EADDRINUSE else "不允许当前用户使用"
            raise CommandError(f"端口 {port} {reason}。换一个端口：PORT={port + 1} make run") from fault


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _services(port: int) -> list[Service]:
    """The web server first: it is what readiness is measured by."""
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m"]
    celery = [*python, "celery", "-q", "--skip-checks", "-A", "config.celery"]
    schedule = settings.BASE_DIR / "var" / "beat"
    web = ["gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--preload"]
    web += ["--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS), "--graceful-timeout", "2"]
    work = ["worker", "--loglevel", "WARNING", "--concurrency", str(TASKS_AT_ONCE)]
    tick = ["beat", "--loglevel", "WARNING", "--schedule", str(schedule)]
    return [
        Service("网页服务", [*python, *web, "--log-level", "warning", "--no-control-socket"], signal.SIGQUIT),
        Service("后台任务", [*celery, *work, "--without-gossip", "--without-mingle"], signal.SIGQUIT),
        Service("定时任务", [*celery, *tick], signal.SIGTERM),
    ]
