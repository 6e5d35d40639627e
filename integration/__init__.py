"""What needs real programs: the kit that starts them, and the tests which use them."""
