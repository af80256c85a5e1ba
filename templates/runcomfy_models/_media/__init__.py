"""Files that are given in the place of URLs: what they are, and whether they may be sent.

Below everything that knows a model or a service: only disks are read here.
"""
