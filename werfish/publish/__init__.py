"""Names, tags and the way of an image to its registry."""
