"""Readiness, one pure file a kind."""
