"""Flags in, text out: the command line, without decisions."""
