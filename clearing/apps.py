from django.apps import AppConfig


class ClearingConfig(AppConfig):
    """清算."""

    name = "clearing"
    verbose_name = "费用清算"
