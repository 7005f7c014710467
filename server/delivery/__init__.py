"""Tells other systems what happened: signed, in order, until they have it or are given up."""
