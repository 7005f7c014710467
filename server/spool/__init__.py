"""What charts are to have and the database cannot take just now: sealed, on a local disk."""
