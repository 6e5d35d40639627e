"""The kit that starts what is real: its pure parts."""
