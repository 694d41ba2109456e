"""The admin's shared grammar: what every list and every page of the portal has in common."""

from common.admin.acts import each
from common.admin.cases import CaseAdmin
from common.admin.columns import amount
from common.admin.panels import panel_of
from common.admin.scoped import ScopedAdmin, ScopedInline
from common.admin.verbs import Verb
from common.tables import Cells, Link, Mark, Row, Table, counted, list_link, page_link

__all__ = [
    "CaseAdmin",
    "Cells",
    "Link",
    "Mark",
    "Row",
    "ScopedAdmin",
    "ScopedInline",
    "Table",
    "Verb",
    "amount",
    "counted",
    "each",
    "list_link",
    "page_link",
    "panel_of",
]
