"""Alerts of operations: conditions that are raised once, and cleared once.

survey, offers --> conditions --> alarm board --> raised, cleared --> log, page, webhook
"""
