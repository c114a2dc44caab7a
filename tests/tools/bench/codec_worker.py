"""The codec's measured half: `PYTHON codec_worker.py CGI_BIN BYTES ROUNDS`, JSON on stdout.

Decodes one call and encodes one response with xmlrpcgi and with xmlrpc.client,
in turn, after both were seen to give the same values. Stock is what the stock
handler does: loads() of the bytes, dumps() and then encode(). Each sample begins
after a garbage collection and runs with the collector on, as in a server.
Not a module of the package: it runs alone, in Python 3.6 syntax.
"""

import gc
import json
import statistics
import sys
import time
import xmlrpc.client

import payload


def sample(function):
    gc.collect()
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def medians(functions, rounds):
    samples = {name: [] for name in functions}
    for number in range(rounds):
        for name in sorted(functions, reverse=bool(number % 2)):
            samples[name].append(sample(functions[name]))
    return {name: statistics.median(values) for name, values in samples.items()}


def main(folder, size, rounds):
    sys.path.insert(0, folder)
    try:
        from xmlrpcgi.decode import decode_call
        from xmlrpcgi.encode import encode_response
    except ImportError as error:
        return {"missing": "the codec cannot be imported: %s" % error}
    value = payload.values(size)
    body = payload.call(value)
    got = decode_call(body)
    if got.method != "app.echo" or list(got.params) != [value]:
        return {"wrong": "decode_call does not give back what xmlrpc.client.dumps wrote"}
    if payload.answer_of(encode_response(value)) != value:
        return {"wrong": "xmlrpc.client.loads does not give back what encode_response wrote"}
    del got

    def stock_encode():
        text = xmlrpc.client.dumps((value,), methodresponse=True)
        return text.encode("utf-8", "xmlcharrefreplace")

    return {
        "bytes": len(body),
        "decode": medians({"ours": lambda: decode_call(body),
                           "stock": lambda: xmlrpc.client.loads(body)}, rounds),
        "encode": medians({"ours": lambda: encode_response(value),
                           "stock": stock_encode}, rounds),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
