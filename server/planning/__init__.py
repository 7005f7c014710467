"""Staffing: what a roster with licences can serve, and what would help it most.

Pure, apart from the simulated days that `simulated` asks for. Reads no clock and no store.
"""
