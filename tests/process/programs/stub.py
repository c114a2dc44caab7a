"""Use the client that `stubs python` wrote, as client.py beside this: stub.py URL."""

import datetime
import sys
from typing import Optional

from client import Client, Item, Spot

client = Client(sys.argv[1])
sum_: int = client.shop.add(2)
assert sum_ == 5 and client.shop.add(2, 4) == 6
assert client.ping() == 'pong'
assert client.get_file('ü') == 'ü'.encode()

item = Item('wheel', size='L', parts=[Item('hub', at=Spot(3))])
back: Item = client.shop.order([item])
assert back.name == 'wheel' and back.size == 'L', back
assert back.parts[0].at == Spot(3, 0.5) and back.parts[0].note is None, back
found: Optional[Item] = client.shop.find('')
assert found is None
found = client.shop.find('x')
assert found is not None and found.parts[0].size == 'S'

assert client.shop.sizes() == {'a': 'S'}
assert client.shop.both('x') == ('x', Spot(1, 0.5))
assert client.shop.both(3, (7, 'y')) == ('3', Spot(7, 0.5))
assert client.shop.list_(b'\0\1') == [b'\0\1']
assert client.shop.list_() == [b'']
assert client.shop.any({'a': [1, None]}) == {'a': [1, None]}
client.shop.class_()
assert client.shop.spots({'k': Spot(1, 2.5)}) == {'k': [Spot(1, 2.5)]}
when = datetime.datetime(2020, 1, 2, 3, 4, 5)
assert client.shop.when(when) == when
assert client.shop.empty({}, []) == [{}, []]
assert client.shop.orders.count() == 3
try:
    client.shop.three(1, c=2)
except TypeError as error:
    assert 'one before it' in str(error)
else:
    raise AssertionError('a gap between parameters was not noticed')
print('fine')
