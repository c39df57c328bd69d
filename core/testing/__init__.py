"""Helpers for test-suites, Hamyar's own and the contractors'."""
