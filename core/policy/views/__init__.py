"""Pages of roles and grants."""
