from django.apps import AppConfig


class SettlementConfig(AppConfig):
    """结算."""

    name = "settlement"
    verbose_name = "费用结算"
