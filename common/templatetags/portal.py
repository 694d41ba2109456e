"""How values are shown in the portal's tables."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from common.tables import Link, Mark, Story

register = template.Library()

NOTHING = "—"


@register.filter
def shown(value: Any) -> SafeString:
    """A cell's value as the clerk reads it."""
    if value is None or value == "":
        return SafeString(NOTHING)
    if isinstance(value, Link):
        return (
            format_html('<a class="link" href="{}">{}</a>', value.url, shown(value.text))
            if value.url
            else shown(value.text)
        )
    if isinstance(value, list | tuple):
        return format_html_join(" ", "{}", ((shown(one),) for one in value))
    if isinstance(value, Mark):
        return format_html('<span class="mark {}">{}</span>', value.kind, value.text)
    if isinstance(value, Story):
        days = format_html_join("", "<li><time>{}</time>{}</li>", value.lines)
        return format_html("<details><summary>{}</summary><ol>{}</ol></details>", value.text, days)
    return conditional_escape(_text(value))


@register.filter
def is_number(value: Any) -> bool:
    """Whether the cell is set to the right."""
    inner = value.text if isinstance(value, Link) else value
    return isinstance(inner, int | Decimal) and not isinstance(inner, bool)


@register.filter
def yuan(value: Decimal) -> str:
    """An amount with its thousands apart."""
    return f"{value:,.2f}"


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value
