"""Choosing one record out of millions: found by typing, and nothing but the chosen one is written into the page."""

from collections.abc import Callable
from typing import Any

from unfold.fields import UnfoldAdminAutocompleteModelChoiceField
from unfold.widgets import UnfoldAdminAutocompleteModelChoiceFieldWidget


class ChosenOnly(UnfoldAdminAutocompleteModelChoiceFieldWidget):
    """Writes the chosen record as the only option; the others come as somebody types."""

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        choices: Any = self.choices
        key = choices.field.to_field_name or "pk"
        try:
            chosen = list(choices.queryset.filter(**{f"{key}__in": [one for one in value if one]}))
        except (TypeError, ValueError):
            chosen = []
        options = [("", "")] if not self.is_required else []
        options += [choices.choice(record) for record in chosen]
        selected = {str(one) for one in value}
        return [
            (None, [self.create_option(name, key, label, str(key) in selected, place)], place)
            for place, (key, label) in enumerate(options)
        ]


class ChosenBySearch(UnfoldAdminAutocompleteModelChoiceField):
    """A record found by typing; ``described`` says how it reads once chosen."""

    widget = ChosenOnly

    def __init__(self, url_path: str, queryset: Any, *, described: Callable[[Any], str] = str, **kwargs: Any) -> None:
        self.described = described
        super().__init__(url_path, queryset, **kwargs)

    def label_from_instance(self, record: Any) -> str:
        return self.described(record)
