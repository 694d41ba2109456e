"""Columns for yuan and ratios, the same everywhere."""

from typing import Any

from django.db import models


class YuanField(models.DecimalField):
    """An amount in yuan with two places (元，保留两位小数)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 16, "decimal_places": 2, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for default in ("max_digits", "decimal_places"):
            kwargs.pop(default)
        return name, path, args, kwargs


class MonthField(models.CharField):
    """A month as ``2026-09``: what a clerk reads and what sorts rightly."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 7, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length")
        return name, path, args, kwargs
