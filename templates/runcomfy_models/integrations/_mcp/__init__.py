"""What `runcomfy_models.integrations.mcp` is made of."""
