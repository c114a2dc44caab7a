"""What few imports need: installed packages, the stock modules, byte-code that is kept."""
