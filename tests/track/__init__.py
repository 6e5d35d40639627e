"""Tests: track."""
