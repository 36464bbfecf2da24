"""What is recorded: read, check and describe a register and the published figures."""
