"""The sidebar, by stage in the order of the process."""

UNFOLD: dict[str, object] = {}
