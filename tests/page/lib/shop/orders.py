"""Orders of a shop: what a user's own class looks like on the page."""

import datetime
from typing import Dict, List, Literal, NamedTuple, Optional

from xmlrpcgi import Fault


class Item(NamedTuple):
    sku: str
    quantity: int


class Application:
    def create(self, customer: str, items: List[Item], express: bool = False,
               note: Optional[str] = None) -> Dict:
        """Place an order and return it with its number.

        The order is not paid for yet: it is kept for two days, and its customer gets a
        letter with the sum and the account.

        - express orders leave the house the same day,
        - others when there is enough for a parcel.

        Raises fault 17 where an item is not to be had:

            >>> server.shop.orders.create('Eva', [{'sku': 'moon', 'quantity': 1}])
            Fault 17: there is no moon
        """
        for item in items:
            if item.sku == 'moon':
                raise Fault(17, 'there is no moon <for sale>')
        return {'number': 4711, 'customer': customer, 'express': express, 'note': note,
                'items': [item._asdict() for item in items], 'total': 12.5,
                'placed': datetime.datetime(2024, 5, 17, 9, 30)}

    def find(self, customer: str = '', state: Literal['open', 'sent', 'paid'] = 'open',
             since: datetime.datetime = None, most: int = 20) -> List[Dict]:
        """Return the orders of a customer, the newest first."""
        return [{'number': 4711 - n, 'customer': customer or 'Eva & Söhne', 'state': state,
                 'total': 12.5 * (n + 1)} for n in range(min(most, 3))]

    def cancel(self, number: int) -> None:
        """Cancel an order that was not sent."""
        raise RuntimeError('a secret of the application')

    def label(self, number: int, logo: bytes = b'') -> bytes:
        """Return the parcel's label as a file."""
        return b'%PDF-1.4 label of order ' + str(number).encode() + logo
