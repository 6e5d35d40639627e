"""Locks: they save work; nothing is wrong without them."""
