"""Medical directors, the protocols that they sign, and orders that stay within them."""
