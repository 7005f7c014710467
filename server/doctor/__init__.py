"""What is unsafe or weak about an installation, told without changing anything of it."""
