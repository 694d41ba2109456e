"""What both embedded servers have in common: started when nobody answers, ended by signal, never doubled."""

from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from signal import Signals

from config.embedded.errors import DID_NOT_START, STILL_ALIVE, EmbeddedError
from config.embedded.places import Ground
from config.embedded.processes import Child, find, send, tail, wait_until

PATIENCE = 60.0  # seconds; recovery after a kill can take a while


class Server(ABC):
    """One server on its ground. start() and stop() are called in one's turn (Membership)."""

    name: str
    title: str
    # Politely first: the signal, and the seconds it is given.
    ways_to_end: tuple[tuple[Signals, float], ...]

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._child: Child | None = None

    @property
    def home(self) -> Path:
        return self.ground.base / self.name

    @property
    def log(self) -> Path:
        return self.home / "log"

    @cached_property
    def socket_directory(self) -> Path:
        return self.ground.socket_directory(self.name)

    @property
    @abstractmethod
    def noted(self) -> Path:
        """The file in which the server writes its process number."""

    @abstractmethod
    def answers(self) -> bool:
        """Is a server ready here?"""

    @abstractmethod
    def is_ours(self, command: str) -> bool:
        """Is this the command line of the server of this ground?"""

    @abstractmethod
    def prepare(self) -> None:
        """Everything the server needs before its first start; nothing later."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """The server's command line."""

    def start(self) -> None:
        if self.answers():
            return
        if self._pids():  # starting by itself after a fault, stopping, or deaf
            wait_until(lambda: self.answers() or not self._pids(), PATIENCE)
            if self.answers():
                return
            self.stop()
        self.ground.prepare(self.name)
        self.prepare()
        self.release()
        child = self._child = Child(self.command(), self.ground.account, self.log)
        wait_until(lambda: child.ended() or self.answers(), PATIENCE)
        if child.ended() or not self.answers():
            raise EmbeddedError(DID_NOT_START.format(what=self.title, log=self.log, tail=tail(self.log)))

    def stop(self) -> None:
        """End the server and whatever it left behind."""
        for number, patience in self.ways_to_end:
            send(self._pids(), number)
            if wait_until(lambda: not self._pids(), patience):
                break
        else:
            raise EmbeddedError(STILL_ALIVE.format(what=self.title, pid=self._pids()))
        if self._child is not None:
            wait_until(self._child.ended, 5.0)  # its command line is gone a moment before it can be reaped
        self.release()

    def release(self) -> None:
        """Forget the server this process started: it has ended, or goes on for others."""
        if self._child is not None:
            self._child.release()
            self._child = None

    def _pids(self) -> list[int]:
        return find(self.is_ours, self.noted)
