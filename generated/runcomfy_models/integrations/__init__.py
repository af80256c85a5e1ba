"""What this package does with others: one module and one extra each."""
