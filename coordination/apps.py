from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    """业务协同."""

    name = "coordination"
    verbose_name = "业务协同"
