"""One use case a file, without printing: the only place where the stages meet.

build      from a schema folder to its models, the package and Problems
plan       what an output folder should hold, made as far as it has to be
generate   that, written          check     that, compared
add        pages and entries into the schema folder
sync       the live catalogue into it (sync_plan decides, sync_apply writes)
compare    what changed between two schema folders
changelog  what the versions brought
site       the documentation site      watch     what a person saves, as it happens
"""
