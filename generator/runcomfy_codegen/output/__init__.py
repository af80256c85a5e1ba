"""The output folder, as files.

tree      what is there, and what of it is ours
manifest  what was written, as it is recorded
writer    how it differs from a plan, and bringing it there
lock      one run at a time
"""
