"""What `scripts/bench relay` drives: scripted legs, their packets, and the systems between them."""
