"""Running Hamyar: the server, its log, its health, the doctor."""
