"""Demo data: a clearly invented month, made by the same code as a real one and run through the calendar.

Persons have identity numbers right in form with a region prefix that was never assigned; policies are titled 演示政策.
"""

from config.demo.month import load

__all__ = ["load"]
