from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """People, places and offices."""

    name = "registry"
    verbose_name = "基础信息"

    def ready(self) -> None:
        from common import terms
        from registry.working_days import calendar

        terms.CALENDAR.append(calendar)
