"""The database: keys, scope, unit of work, migrations, the embedded server."""
