"""Which relay carries a call: the one that this server started, or those that others run."""
