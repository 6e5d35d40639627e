"""Tests: oci."""
