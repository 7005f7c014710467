"""The HTTP edge: routes, forms, cookies, headers. It decodes, asks, and encodes."""
