"""How fast werfish builds and publishes, beside plain Docker in the same run.

A benchmark prints; it never asserts. What is measured, and how, is in ``docs/benchmark.md``.
"""
