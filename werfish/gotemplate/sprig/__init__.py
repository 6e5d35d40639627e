"""The functions of sprig v3 for templates: text, lists, maps, numbers, dates, keys, URLs.

`functions.sprig_functions` returns them all; one module a family, and what a family needs
(Go's dates, regular expressions, versions) in a package or module of its own below it.
"""
