"""Municipalities and the organisation that serves them; each is a tenant."""
