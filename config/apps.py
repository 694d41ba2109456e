"""The application that holds the portal's own commands and checks."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "config"
    verbose_name = "门户"

    def ready(self) -> None:
        from config import checks  # noqa: F401  (registers the system checks)
