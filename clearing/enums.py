"""The words of clearing (清算)."""

from django.db.models import TextChoices


class SheetStatus(TextChoices):
    """全国清算表状态."""

    GENERATED = "generated", "已生成"
    CONFIRMED = "confirmed", "各省已确认"
    NOTICED = "noticed", "已发通知书"
    PAID = "paid", "已划拨"


class SheetVerb(TextChoices):
    """What is done to the national sheet."""

    GENERATE = "generate", "生成"
    CONFIRM = "confirm", "确认"
    PUBLISH = "publish", "发布通知书"


class ConfirmationStatus(TextChoices):
    """分省确认状态."""

    PENDING = "pending", "待确认"
    CONFIRMED = "confirmed", "已确认"


class NoticeKind(TextChoices):
    """通知书种类: annexes 15 and 16."""

    PAYMENT = "payment", "付款通知书（附件15）"
    RECEIPT = "receipt", "收款通知书（附件16）"
