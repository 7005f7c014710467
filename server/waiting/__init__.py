"""The waiting room at work: the pure switchboard, with a database under it and a clock."""
