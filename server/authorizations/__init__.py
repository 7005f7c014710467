"""What a signed exam covers, asked again on the day of treatment."""
