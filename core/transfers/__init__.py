"""Moving an employee from one municipality to another: one releases, the other accepts."""
