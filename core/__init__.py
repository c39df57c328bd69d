"""Hamyar's core: everything that is not a service."""
