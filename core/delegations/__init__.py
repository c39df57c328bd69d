"""Delegation: officers let others decide requests in their name, for a time (rules R2 and R8)."""
