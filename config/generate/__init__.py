"""A synthetic month at any size: calibrated on published figures, the same from the same seed on every machine.

Everything is invented and says so: persons have identity numbers with a region prefix that was never assigned,
institutions are called 演示, policies 演示政策. Amounts come from the real benefit function, visit by visit.
"""
