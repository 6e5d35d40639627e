"""``ansible:``: the user's tasks, run by Ansible on this host in a container of the backend."""
