"""Release records as Helm 3 writes and reads them."""
