"""Training: from the catalogue to the certificate and the training passport."""
