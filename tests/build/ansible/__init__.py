"""Tests of werfish.build.ansible."""
