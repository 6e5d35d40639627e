"""Charts, values and their rendering by the helm program."""
