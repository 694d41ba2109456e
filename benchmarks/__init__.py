"""What the portal costs, always beside a named yardstick measured in the same run."""
