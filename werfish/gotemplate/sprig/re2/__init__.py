"""Go's regular expressions (RE2) on top of Python's ``re``.

Both choose the leftmost match and prefer the first alternative, so a pattern keeps its meaning
when its syntax is translated; what differs is the syntax, the Unicode rules of ``\\d \\w \\s \\b``,
and how matches follow each other in find-all, replace and split. `syntax` translates, `matching`
walks. Linear time is not kept: Python's engine backtracks.
"""
