"""Start what is real - Docker, registries, Kubernetes, helm - and stop it again.

Law: the standard library only, so that ``python -m integration.kit up`` works
before any dependency is installed; whatever ``up`` starts, ``down`` ends, by
its process id, and nothing that the kit did not start is ever stopped.
"""
