"""Which processes are ours: told by their command lines, never by a number alone, since numbers are reused."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from config.embedded.errors import CANNOT_RUN, EmbeddedError
from config.embedded.places import Account

PROC = Path("/proc")
LARGEST_LOG = 10_000_000


def environment() -> dict[str, str]:
    """Nothing of the caller's PG… variables; the library path only where the machine needs one."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {"LC_ALL": "C"} | {name: os.environ[name] for name in kept if name in os.environ}


def run(command: Sequence[str | Path], account: Account, home: Path, text: str = "") -> tuple[int, str]:
    """Run a program to its end as the account: its exit status and what it said."""
    try:
        ended = subprocess.run(  # noqa: S603
            command,
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            cwd=home,
            env=environment(),
            **account.as_child,  # type: ignore[call-overload]
        )
    except OSError as fault:
        raise EmbeddedError(CANNOT_RUN.format(program=command[0], reason=fault)) from fault
    return ended.returncode, ended.stdout.decode(errors="replace").strip()


class Child:
    """A server this process started. It lives in its own session and may outlive this process."""

    def __init__(self, command: Sequence[str | Path], account: Account, log: Path) -> None:
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.unlink()
        try:
            with log.open("ab") as written:
                self._process = subprocess.Popen(  # noqa: S603
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=written,
                    stderr=written,
                    cwd=log.parent,
                    env=environment(),
                    start_new_session=True,
                    **account.as_child,  # type: ignore[call-overload]
                )
        except OSError as fault:
            raise EmbeddedError(CANNOT_RUN.format(program=command[0], reason=fault)) from fault

    def ended(self) -> bool:
        return self._process.poll() is not None

    def release(self) -> None:
        """Others may use the server still: it goes on without us, and Python need not warn about it."""
        if self._process.poll() is None:
            self._process.returncode = 0


def command_of(pid: int) -> str:
    """The command line of a living process; empty where there is none or it only waits to be reaped."""
    if (PROC / "self" / "cmdline").exists():
        try:
            raw = (PROC / str(pid) / "cmdline").read_bytes()
        except OSError:
            return ""
        return raw.replace(b"\0", b" ").decode(errors="replace").strip()
    listed = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603
    return "" if "<defunct>" in listed.stdout else listed.stdout.strip()


def find(is_ours: Callable[[str], bool], noted: Path) -> list[int]:
    """The living processes with such a command line: the one noted in the file, and on Linux any other."""
    try:
        pids = {int(noted.read_text().split("\n", 1)[0])}
    except (OSError, ValueError):
        pids = set()
    if (PROC / "self" / "cmdline").exists():
        pids |= {int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()}
    return sorted(pid for pid in pids if is_ours(command_of(pid)))


def send(pids: list[int], number: signal.Signals) -> None:
    """Send a signal; a process that is already gone is fine."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Wait until the condition holds, at most that long; whether it held."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log, for the operator."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
