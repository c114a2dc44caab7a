"""What tests and `make` share: servers, interpreters, the bench, the fuzzer."""
