"""A practitioner's review of what a patient sent: the queue, the claim, the packet, the end."""
