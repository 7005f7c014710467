"""Who is planned to be on duty when, and what follows from it for patients who come."""
