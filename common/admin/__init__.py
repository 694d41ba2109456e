"""The admin's shared grammar: what every list and every page of the portal has in common."""

from common.admin.acts import each
from common.admin.cases import CaseAdmin
from common.admin.columns import amount
from common.admin.downloads import DownloadAdmin
from common.admin.panels import panel_of
from common.admin.scoped import ScopedAdmin, ScopedInline
from common.admin.verbs import Verb
from common.admin.ways import way_up_from
from common.tables import Cells, Link, Mark, Row, Table, counted, list_link, page_link

__all__ = [
    "CaseAdmin",
    "Cells",
    "DownloadAdmin",
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
    "way_up_from",
]
