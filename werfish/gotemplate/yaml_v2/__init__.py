"""YAML as ``gopkg.in/yaml.v2`` reads and writes it, which is what ``fromYaml`` and ``toYaml`` do.

It is YAML 1.1 with opinions: ``yes`` is true, ``010`` is 8, dates stay text, and a map inside
another is a ``map[any]any``.
"""
