"""Stages become images: in order, in parallel, each assembled or run."""
