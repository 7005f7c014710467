"""The relay between two browsers, and what it can attest."""
