"""Signed documents and their public page ``/verify/<code>``.

`codes` and `payload` are pure; `keys` holds the signing keys, `seal` what a QR symbol carries.
"""
