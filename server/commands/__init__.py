"""The commands of `goodfaith`, one file per subject; `server.cli` puts them together."""
