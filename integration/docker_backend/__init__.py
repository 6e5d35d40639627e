"""The Docker backend on a real daemon."""
