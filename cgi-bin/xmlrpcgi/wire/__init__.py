"""The rarer half of the wire codec: encodings, dates, other Python types, large plain messages."""
