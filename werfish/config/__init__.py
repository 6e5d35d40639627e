"""The project file, from text to a checked, frozen `Project`."""
