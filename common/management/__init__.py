"""Commands that touch more than one stage."""
