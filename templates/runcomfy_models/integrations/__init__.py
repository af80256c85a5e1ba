"""What joins this package to others: one file, and one extra, each."""
