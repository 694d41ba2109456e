"""What two apps or more need: money, dates, the law's values, cases and their history, the schedule, who may see what."""
