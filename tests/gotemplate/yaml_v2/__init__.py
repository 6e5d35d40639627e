"""Tests of reading and writing YAML as yaml.v2 does."""
