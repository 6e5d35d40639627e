"""Sprig's functions do what Go's do."""
