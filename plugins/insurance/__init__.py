"""Cover of employees and their families: enrolment, premiums through payroll, claims."""
