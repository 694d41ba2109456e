"""The embedded Redis: the tasks' queue and the cache, kept across a stop by its append-only file."""

import contextlib
import socket
from pathlib import Path
from signal import SIGKILL, SIGTERM
from urllib.parse import quote

from config.embedded.programs import redis_program
from config.embedded.server import Server


class Redis(Server):
    """Redis on its ground."""

    name = "redis"
    title = "Redis"
    ways_to_end = ((SIGTERM, 5.0), (SIGKILL, 5.0))

    @property
    def noted(self) -> Path:
        return self.home / "pid"

    @property
    def socket(self) -> Path:
        return self.socket_directory / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(3.0)
            with contextlib.suppress(OSError):
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        return False

    def is_ours(self, command: str) -> bool:
        """Redis shows its socket, first as an argument, then as where it listens."""
        return "redis-server" in command and str(self.socket) in command

    def prepare(self) -> None:
        self.socket.unlink(missing_ok=True)

    def command(self) -> list[str | Path]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "pidfile": str(self.noted),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "daemonize": "no",
        }
        return [
            redis_program(self.ground),
            *(part for name, value in settings.items() for part in (f"--{name}", value)),
        ]
