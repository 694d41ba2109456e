"""How values are shown in lists and on pages: amounts as amounts, days on one line, a status as a coloured mark."""

from typing import Any

from django.db.models import BooleanField, DateField, DateTimeField, ForeignKey, IntegerField, Model
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from common.fields import YuanField
from common.tables import page_link

NOTHING = "—"


def amount(value: Any) -> str:
    """An amount: thousands apart, two places, to the right."""
    return NOTHING if value is None else format_html('<span class="amount">{}</span>', f"{value:,.2f}")


def count(value: Any) -> str:
    """A number of things: thousands apart, to the right."""
    return NOTHING if value is None else format_html('<span class="amount">{}</span>', f"{value:,}")


def moment(value: Any) -> str:
    """A moment, to the minute, on one line."""
    return NOTHING if value is None else _on_one_line(f"{timezone.localtime(value):%Y-%m-%d %H:%M}")


def day(value: Any) -> str:
    """A day, on one line."""
    return NOTHING if value is None else _on_one_line(f"{value:%Y-%m-%d}")


def yes_or_no(value: Any) -> str:
    """Yes in words; no is what there is nothing to say of."""
    return "是" if value else NOTHING


def named(value: Any) -> str:
    """Another record by its name."""
    return NOTHING if value is None else str(value)


# A DateTimeField is a DateField too: the narrower kind stands first.
WAYS = (
    (YuanField, amount),
    (DateTimeField, moment),
    (DateField, day),
    (BooleanField, yes_or_no),
    (IntegerField, count),
    (ForeignKey, named),
)


def column(model: type[Model], name: Any) -> Any:
    """The column itself, or one that shows the field as the portal does."""
    field = _field(model, name)
    show = next((way for kind, way in WAYS if isinstance(field, kind)), None)
    if show is None or field.choices:
        return name

    @display(description=field.verbose_name, ordering=name)
    def shown(record: Any) -> str:
        return show(getattr(record, name))

    shown.__name__ = name
    return shown


def as_mark(method: Any) -> Any:
    """On the page, too, a status is a coloured mark."""

    @display(description=method.short_description)
    def shown(record: Any) -> str:
        key, words = method(record)
        return format_html('<span class="mark {}">{}</span>', method.label.get(key, ""), words)

    shown.__name__ = method.__name__
    return shown


def as_link(request: Any, model: type[Model], name: str) -> Any:
    """The field as a link to the record it names, for those who may open that."""

    @display(description=_field(model, name).verbose_name)
    def shown(record: Any) -> str:
        found = page_link(request, getattr(record, name))
        url = getattr(found, "url", "")
        return format_html('<a href="{}" class="text-link">{}</a>', url, found) if url else str(found) or NOTHING

    shown.__name__ = name
    return shown


def _on_one_line(text: str) -> str:
    return format_html('<span class="day">{}</span>', text)


def _field(model: type[Model], name: Any) -> Any:
    fields = {field.name: field for field in model._meta.concrete_fields}
    return fields.get(name) if isinstance(name, str) else None
