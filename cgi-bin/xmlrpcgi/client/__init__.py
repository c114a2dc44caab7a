"""Calling any XML-RPC server, or a folder of classes."""
