"""The database: one schema, one set of statements, SQLite or PostgreSQL."""
