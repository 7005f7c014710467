"""The live side: sockets, what is told on them, and the commands that arrive on them."""
