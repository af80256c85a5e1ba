"""Bring the schema folder to what the live catalogue publishes.

list the catalogue  ->  plan what to do, purely  ->  apply it, file by file
"""

from runcomfy_codegen.sync.apply import apply
from runcomfy_codegen.sync.listing import Filter, Listing, list_catalogue
from runcomfy_codegen.sync.plan import Plan, plan, result

__all__ = ["Filter", "Listing", "Plan", "apply", "list_catalogue", "plan", "result"]
