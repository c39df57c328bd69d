"""A service with a page and an entry in every place where the faces show one."""
