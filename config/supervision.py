"""Keeps the web server, the worker and beat running together: all or none, and none left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

LONGEST_DELAY = 30.0  # seconds between two attempts to start what keeps ending
STEADY = 60.0  # seconds after which a service counts as running well again
PATIENCE = 1.5  # seconds to finish what is in hand
LAST_PATIENCE = 0.7  # seconds to stop at once, before force
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux's prctl

_system = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(number: Signals) -> None:
    """Ask the system to send this process the signal when its parent ends, however it ends; Linux only."""
    if _system is not None:
        _system.prctl(DIE_WITH_PARENT, int(number))


@dataclass
class Service:
    """One program of the portal. It lives in a session of its own, so only the supervisor decides when it ends."""

    title: str
    command: Sequence[str | Path]
    at_once: Signals  # the signal at which it ends without finishing what is in hand
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    delay: float = 0.5
    start_again_at: float = field(default=0.0)

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(self.at_once),
        )

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def send(self, number: Signals) -> None:
        if not self.ended and self.process is not None:
            self.process.send_signal(number)

    def kill(self) -> None:
        """End the whole session of the service, with the children it may have left."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
        finally:
            self.process.wait()


class Supervisor:
    """Starts the services, starts again what ended by itself, ends all together."""

    def __init__(self, services: Sequence[Service], say: Callable[[str], None]) -> None:
        self.services = services
        self.say = say
        self.ending = False
        self.hurry = False

    def start(self) -> None:
        for service in self.services:
            service.start()

    def look_after(self) -> None:
        """Start again what ended by itself, each time a little later."""
        now = time.monotonic()
        for service in self.services:
            if service.start_again_at:
                if now >= service.start_again_at:
                    service.start_again_at = 0.0
                    service.start()
            elif service.ended:
                self._plan_start(service, now)

    def _plan_start(self, service: Service, now: float) -> None:
        steady = now - service.started_at > STEADY
        service.delay = 1.0 if steady else min(service.delay * 2, LONGEST_DELAY)
        service.start_again_at = now + service.delay
        status = service.process.returncode if service.process else 0
        service.kill()  # its children would hold the port or take tasks twice
        self.say(f"{service.title}意外结束（退出码 {status}），{service.delay:.0f} 秒后重新启动。")

    def end(self) -> None:
        """End every service: what is in hand is finished if that takes seconds; a second signal hurries."""
        self.ending = True
        running = [service for service in self.services if not service.ended]
        for service in running:
            service.send(SIGTERM)
        if not self._all_ended(PATIENCE):
            for service in running:
                service.send(service.at_once)
            self._all_ended(LAST_PATIENCE)
        for service in self.services:
            service.kill()

    def _all_ended(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not all(service.ended for service in self.services):
            if time.monotonic() > until or self.hurry:
                return False
            time.sleep(0.05)
        return True


class Signalled(BaseException):
    """Somebody asked the portal to end."""


def listen_for_the_end(supervisor: Supervisor) -> None:
    """The first signal interrupts what is going on; later ones only hurry the end."""

    def hear(number: int, frame: object) -> None:
        if supervisor.ending:
            supervisor.hurry = True
            return
        supervisor.ending = True
        raise Signalled(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, hear)
