"""Letters and certificates as PDF, set with typst in one house style (docs: `typesetting`)."""
