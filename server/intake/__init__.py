"""What the patient is asked before the exam, and what the answers mean for it."""
