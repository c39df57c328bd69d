"""The help of the product, for employees and for officers (docs/adr/0017)."""
