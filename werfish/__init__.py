"""werfish: images built incrementally from git, published, deployed and followed until applied.

The packages are layers, and imports point down; README.md has the map.
"""

__version__ = "0.1.0"
