"""Go's ``text/template`` with sprig, as a library of its own: it knows nothing of werfish.

Templates are parsed to nodes, nodes become closures, and closures run over values that keep Go's
types (`values`), since a template can see them: ``eq 1 1.0`` is an error and ``typeOf`` prints.
Nothing here reads the environment, the clock or a file: functions that need them are given.
"""
