"""What is wrong with an installation, each cause with its fix."""
