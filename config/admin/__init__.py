"""The portal's own pages: the home page, the record of scheduled jobs, the examination of the books."""

from config.admin.doctor import ExaminationAdmin
from config.admin.jobs import JobRunAdmin

__all__ = ["ExaminationAdmin", "JobRunAdmin"]
