"""What `connect` and `recover` share: people in browsers, their pictures, and a far network."""
