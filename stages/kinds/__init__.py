"""What each family of stages depends on."""
