"""The versions in a folder for CGI scripts, and the switch between them."""
