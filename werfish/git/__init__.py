"""The repository: refs, trees, objects, and what changed between commits."""
