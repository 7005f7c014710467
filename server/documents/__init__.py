"""Papers made from a signed chart: the exam, and the patient's own copy."""
