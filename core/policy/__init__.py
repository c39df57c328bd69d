"""Who may do what where: permissions, roles, grants, and the check before every view."""
