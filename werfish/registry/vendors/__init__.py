"""What is peculiar to each product that serves registries, one file a quirky one."""
