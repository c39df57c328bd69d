"""Use cases of training. The row of an offering is locked before its enrolments, always."""
