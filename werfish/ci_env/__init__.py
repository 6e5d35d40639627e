"""What werfish sets up for the job of a CI system: variables, and a login to its registry."""
