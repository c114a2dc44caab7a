"""What is wrong with an installation, each problem with its remedy."""
