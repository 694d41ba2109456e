"""People, places and offices in the admin."""

from registry.admin import offices, people, places

__all__ = ["offices", "people", "places"]
