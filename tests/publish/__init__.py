"""Tests: publish."""
