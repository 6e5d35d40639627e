"""The way of an image's layers into a repository: only what it lacks is moved."""
