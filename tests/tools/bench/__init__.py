"""The bench: how fast one call is, and what it costs, next to two peers.

`python3 -m tests.tools.bench` from the repository's root (or `make bench`) prints one
table. Nothing in it is stored: each figure is a median of this run, each ratio
is a ratio of two medians that were measured interleaved, in the same minutes.
Modules: scripts (what is measured), process (as a CGI process), apache (through
a web server), codec and codec_worker (in one process), echo (large bodies),
doors (resident processes under load) with peers (the stock ones) and load (by wrk), balancer,
payload (the data), table (the print).
"""
