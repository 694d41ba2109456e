"""The clearing of a month as files: by contract as JSON, and annexes 14 to 16 as workbooks (articles 46, 47).

What is exported was frozen on day 21 and must still be what was frozen then; before that day only a draft can be had,
computed from what is agreed so far, and nothing is written. The same figures give the same bytes.
"""

from clearing.exporting.files import (
    WRITERS,
    respond,
    respond_notice,
    respond_part,
    workbook_for,
    write_json,
    write_xlsx,
)

__all__ = ["WRITERS", "respond", "respond_notice", "respond_part", "workbook_for", "write_json", "write_xlsx"]
