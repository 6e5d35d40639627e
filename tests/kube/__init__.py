"""Tests: kube."""
