"""The portal's own PostgreSQL and Redis, for demo, development and tests, when nobody names real servers.

``provide()`` puts the addresses of what is not given into the environment, for settings to read; ``start()`` gives
them as ``Servers``. The first process starts a server, later ones join it, the last one to leave stops it.
Needs requirements-dev.txt; production names its servers in ``DATABASE_URL`` and ``REDIS_URL``.
"""

from pathlib import Path

from config.embedded.errors import EmbeddedError
from config.embedded.servers import Embedded, Servers

__all__ = ["CHECKOUT", "Embedded", "EmbeddedError", "Servers", "keep", "provide", "start", "stop"]

CHECKOUT = Path(__file__).resolve().parent.parent.parent
_servers = Embedded(CHECKOUT / "var")


def start() -> Servers:
    """Start or join both servers; repeating it in one process changes nothing."""
    return _servers.start()


def provide() -> None:
    """Start or join what neither the environment nor ``.env`` names, and name it in the environment."""
    _servers.provide(CHECKOUT / ".env")


def keep() -> None:
    """Start again what this process uses and something killed."""
    _servers.keep()


def stop() -> None:
    """Let go of both; whoever is last stops them. Runs by itself when the process ends."""
    _servers.stop()
