"""Tests of what jobs of CI systems get."""
