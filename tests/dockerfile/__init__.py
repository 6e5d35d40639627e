"""Tests: dockerfile."""
