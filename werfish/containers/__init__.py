"""Backends: they own local images and run instructions."""
