<<<<<<< HEAD
"""What this package does with others: one module and one extra each."""
=======
"""What joins this package to others: one file, and one extra, each."""
>>>>>>> main
