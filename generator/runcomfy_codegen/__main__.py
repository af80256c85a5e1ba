"""Run the command line as `python -m runcomfy_codegen`."""

from runcomfy_codegen.cli import main

main()
