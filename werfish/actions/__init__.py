"""One user-visible operation a file, named like its command; adapters are passed in."""
