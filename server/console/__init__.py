"""The practitioner's side: commands, the chart as it is read, signing."""
