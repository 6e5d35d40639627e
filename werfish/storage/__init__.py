"""Where built stages live, and how one of several equal ones is selected."""
