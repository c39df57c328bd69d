"""What others have withheld from an employee's pay: courts, the tax office, other creditors."""
