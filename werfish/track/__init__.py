"""Following resources by watch until each is ready or has failed, with the cause."""
