"""Stages in a registry's repository: shared by all machines, and no daemon needed for them."""
