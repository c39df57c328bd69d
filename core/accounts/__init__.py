"""Accounts, sign-in, server-side sessions and throttling."""
