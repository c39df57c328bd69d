"""Small plugins, one for each promise of the plugin host."""
