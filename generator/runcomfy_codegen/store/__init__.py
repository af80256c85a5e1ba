"""The schema folder, as files.

folder     its bytes by path, and where a model stands in it
entries    stored models parsed, and what is wrong with one
tables     names.toml and retired.toml
history    history.json, which the changelog needs
revisions  the folder as a git revision has it
"""
