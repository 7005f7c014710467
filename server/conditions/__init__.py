"""What evidences the conditions that a jurisdiction ties to an exam that is not live."""
