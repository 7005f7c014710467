"""What `scripts/loadtest` does: many who wait, some who work, and an eye on both."""
