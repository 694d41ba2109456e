from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Cases, their history and terms, and the record of scheduled jobs."""

    name = "common"
    verbose_name = "运行记录"
