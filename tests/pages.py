"""How tests look at pages: as somebody, and at what is written there."""

import csv
import io
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.test import Client, override_settings
from django.urls import reverse
from openpyxl import load_workbook

from registry.models import Staff

UNREAD = {"script", "style", "pre", "template"}
READ_ATTRIBUTES = {"title", "placeholder", "aria-label", "alt"}


def visitor() -> Client:
    """Somebody who has not signed in."""
    client = Client()
    with override_settings(WHITENOISE_AUTOREFRESH=True):  # else whitenoise warns where nothing was collected yet
        client.handler.load_middleware()
    return client


def signed_in(staff: Staff) -> Client:
    """Somebody at work in a process that has served pages before: what it looks up once is not counted."""
    ContentType.objects.get_for_models(*apps.get_models())
    client = visitor()
    client.force_login(staff)
    return client


def list_url(model: Any, **query: str) -> str:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return address + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")


def page_url(record: Any) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def verb_url(record: Any, verb: str) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_act", args=[record.pk, verb])


def listed(client: Client, model: Any, **query: str) -> list[Any]:
    """The records on the first page of the list."""
    response = client.get(list_url(model, **query))
    assert response.status_code == 200, response.status_code
    return list(response.context["cl"].result_list)


def exported(client: Client, model: Any, kind: str, **query: str) -> list[list[Any]]:
    """The lines of the list's export, the header first."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_export", args=[kind])
    response = client.get(address, query)
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unread = 0
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.words += [value for name, value in attributes if name in READ_ATTRIBUTES and value]
        if tag in ("input", "img", "link", "meta", "br", "hr"):
            return
        unread = tag in UNREAD or "material-symbols" in (given.get("class") or "")
        self._open.append(unread)
        self._unread += unread

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            self._unread -= self._open.pop()

    def handle_data(self, text: str) -> None:
        if not self._unread and text.strip():
            self.words.append(text.strip())


def words_of(response: Any) -> list[str]:
    """Every text a person reads on the page, icons and scripts left out."""
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.words
