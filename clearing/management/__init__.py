"""Commands of clearing."""
