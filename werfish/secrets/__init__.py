"""Secrets of a project: keys, encrypted values and files, in werf's own format."""
