"""The application around signaling and media: encounters, rules, chart, identity, storage."""
