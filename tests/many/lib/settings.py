import os

if os.path.exists('/tmp/unwell'):       # in one member's own container
    MAX_BODDY = 1
