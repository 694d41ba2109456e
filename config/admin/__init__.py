"""The portal's own pages: the home page and the record of scheduled jobs."""

from config.admin.jobs import JobRunAdmin

__all__ = ["JobRunAdmin"]
