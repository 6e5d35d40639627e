"""Versions and constraints as ``Masterminds/semver`` v3.3 reads and compares them.

It is laxer than semver.org (``v1`` and ``1.2`` are versions) and has rules of its own for what a
constraint with a pre-release accepts; both are kept, since templates rely on them.
"""
