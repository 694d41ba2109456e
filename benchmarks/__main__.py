"""``make bench``: every measurement, one after another; ``SIZE=small`` only shows that they run, ``SIZE=1000000`` sets the month."""

import os
from collections.abc import Iterator

from benchmarks import harness, server

SIZES = {"": 100_000, "small": 2_000}


def main() -> None:
    """Measure, print each result as it is there, and keep them all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["DEMO"] = "1"  # invented data only
    machine = harness.machine(server.provide())
    print(machine)  # noqa: T201 - this is what the command is for
    import django

    django.setup()
    asked = os.environ.get("SIZE", "")
    results = []
    for result in measure(SIZES[asked] if asked in SIZES else int(asked)):
        print(result, flush=True)  # noqa: T201
        results.append(result)
    harness.keep(results, machine)


def measure(settlements: int) -> Iterator[harness.Result]:
    """The benefit rule, then a month of so many settlements from its first row to its sheet."""
    from benchmarks import benefit, database, days, generation
    from config.generate.order import Order

    yield from benefit.measure()
    order = Order("2026-09", settlements, 1, acts=True)
    with database.fresh("bench_month"):
        yield generation.measure(order)
        yield days.draw(order.period)
        yield days.close(order.period)


if __name__ == "__main__":
    main()
