"""The shards of a month spread over processes; a child sets Django up before it imports anything of the portal."""

import multiprocessing
import os
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.generate.order import Numbers, Order

LOOK = 0.5  # seconds between two looks at how far the children are

_child: dict[str, Any] = {}


def spread(order: "Order", numbers: "dict[int, Numbers]", processes: int, progress: "Callable[[int], None]") -> None:
    """Do the shards; each notes itself what it came to."""
    from django.db import connections

    names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    done = context.Value("q", 0)
    pool = ProcessPoolExecutor(processes, context, initializer=start, initargs=(order, names, done))
    try:
        waiting = {pool.submit(run, number, dealt) for number, dealt in numbers.items()}
        told = 0
        while waiting:
            ended, waiting = wait(waiting, timeout=LOOK, return_when=FIRST_COMPLETED)
            progress(done.value - told)
            told = done.value
            for shard in ended:
                shard.result()
    except BaseException:  # told to end, or one shard failed: the others are of no use then
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def start(order: "Order", databases: dict[str, str], done: Any) -> None:
    """Make a child ready: Django, its own connection, and the world as the database has it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connections

    from common import terms
    from config.generate.rhythm import Rhythm
    from config.generate.world import read_world

    for alias, name in databases.items():
        connections[alias].settings_dict["NAME"] = name
    rhythm = Rhythm.of(order.period, terms.calendar(), order.settlements)
    _child.update(order=order, done=done, world=read_world(order), rhythm=rhythm)


def run(number: int, dealt: "Numbers") -> None:
    """One shard in a child."""
    from config.generate.shards import Shard

    done = _child["done"]

    def count(more: int) -> None:
        with done.get_lock():
            done.value += more

    Shard(_child["order"], number, dealt, _child["world"], _child["rhythm"]).run(count)
