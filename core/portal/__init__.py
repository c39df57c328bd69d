"""The portal: what an employee meets, mostly on a phone."""
