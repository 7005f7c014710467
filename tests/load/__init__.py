"""What `scripts/loadtest` does: many patients who wait, practitioners who work, and an eye on it."""
