"""Results of numpy itself; unit/test_encode_values.py has what looks like them."""

import subprocess
import xmlrpc.client

from tests.process.conftest import Bundle
from tests.process.fetched import environment

NUMBERS = '''
import numpy

class Application:
    def scalars(self):
        return [numpy.int64(-5), numpy.uint8(7), numpy.float32(0.1), numpy.float64(0.5),
                numpy.bool_(True), numpy.str_('text')]

    def one(self):
        return numpy.array([5])

    def zero(self):
        return numpy.array(5)

    def table(self):
        return numpy.array([[1, 2], [3, 4]])

    def column(self):
        return numpy.arange(3.0)

    def too_large(self):
        return numpy.uint64(2 ** 64 - 1)
'''


def test_scalars_are_numbers_and_arrays_are_arrays(tmp_path):
    python = environment(tmp_path / 'venv', 'numpy') / 'python'
    bundle = Bundle(tmp_path / 'bundle', str(python))
    bundle.write('numbers_of.py', NUMBERS)
    subprocess.run([python, '-c', 'import numpy'], check=True, timeout=60)
    scalars = bundle.call('numbers_of.scalars')
    assert scalars == [-5, 7, 0.1, 0.5, True, 'text']
    assert [type(value) for value in scalars] == [int, int, float, float, bool, str]
    assert bundle.call('numbers_of.one') == [5]
    assert bundle.call('numbers_of.table') == [[1, 2], [3, 4]]
    assert bundle.call('numbers_of.column') == [0.0, 1.0, 2.0]
    for method in 'zero', 'too_large':
        try:
            came = bundle.call('numbers_of.' + method)
        except xmlrpc.client.Fault as fault:
            came = fault.faultCode
        assert came == -32500, method
