"""The same act on many cases: what was done and what was refused, each with its reason."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.utils import timezone

from common.gate import InvalidMessage
from common.transitions import Refused

REASONS_SHOWN = 10


def each(request: Any, cases: Iterable[Any], act: Callable[..., Any], done: str = "已办理") -> None:
    """Call ``act(case, by=…, at=…)`` for every case and tell the clerk how it went."""
    count, refused = 0, []
    for case in cases:
        try:
            act(case, by=request.user, at=timezone.now())
        except (Refused, InvalidMessage) as reason:
            refused.append(f"{case}：{reason}")
        else:
            count += 1
    if count:
        messages.success(request, f"{done} {count} 件。")
    for reason in refused[:REASONS_SHOWN]:
        messages.error(request, reason)
    if len(refused) > REASONS_SHOWN:
        messages.error(request, f"另有 {len(refused) - REASONS_SHOWN} 件未办理，请逐件查看。")
