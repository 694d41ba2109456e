"""``make bench``: every measurement, one after another; ``SIZE=small`` only shows that they run."""

from benchmarks import benefit
from benchmarks.harness import report

if __name__ == "__main__":
    print(report(benefit.measure()))  # noqa: T201 - this is what the command is for
