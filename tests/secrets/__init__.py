"""Tests: secrets."""
