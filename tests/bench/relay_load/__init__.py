"""What `scripts/bench relay` drives: scripted legs, their packets, and what is between."""
