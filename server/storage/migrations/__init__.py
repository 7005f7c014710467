"""How the schema came to be: Alembic runs `env.py`, which runs `versions/`."""
