"""Dockerfiles and ignore files as text: read into the stages' own types. Knows no files."""
