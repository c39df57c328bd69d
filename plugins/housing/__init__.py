"""Staff houses, deposit support, cooperative projects and a draw anyone can recompute."""
