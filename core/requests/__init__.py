"""Requests: one engine for everything that an employee asks for and an officer decides."""
