<?php
// Use the client that `stubs php` wrote, as client.php in the folder: stub.php FOLDER URL.
declare(strict_types=1);

use XmlRpcClient\Binary;
use XmlRpcClient\Client;
use XmlRpcClient\Fault;
use XmlRpcClient\Item;
use XmlRpcClient\Spot;

require $argv[1] . '/client.php';

function same(mixed $found, mixed $expected): void
{
    if ($found != $expected || gettype($found) !== gettype($expected)) {
        echo 'found ', var_export($found, true), "\nexpected ", var_export($expected, true), "\n";
        exit(1);
    }
}

$client = new Client($argv[2]);
same($client->shop->add(2), 5);
same($client->shop->add(2, 4), 6);
same($client->ping(), 'pong');
same($client->get_file('ü & <'), new Binary('ü & <'));

$back = $client->shop->order([new Item('wheel', size: 'L', parts: [new Item('hub', at: new Spot(3))])]);
same($back->name, 'wheel');
same($back->size, 'L');
same($back->parts[0]->at, new Spot(3, 0.5));
same($back->parts[0]->note, null);
same($client->shop->find(''), null);
same($client->shop->find('x')->parts[0]->size, 'S');

same($client->shop->sizes(), ['a' => 'S']);
same($client->shop->both('x'), ['x', new Spot(1, 0.5)]);
same($client->shop->both(3, [7, 'y']), ['3', new Spot(7, 0.5)]);
same($client->shop->list(new Binary("\0\1")), [new Binary("\0\1")]);
same($client->shop->list(), [new Binary('')]);
same($client->shop->any(['a' => [1, null, 1 << 40, -1.5, 1e25, true, "\r\n <&>"]]),
    ['a' => [1, null, 1 << 40, -1.5, 1e25, true, "\r\n <&>"]]);
$client->shop->class_();
same($client->shop->spots(['k' => new Spot(1, 2.5)]), ['k' => [new Spot(1, 2.5)]]);
$when = new DateTimeImmutable('2020-01-02T03:04:05');
same($client->shop->when($when), $when);
same($client->shop->empty([], []), [[], []]);
same($client->shop->orders->count(), 3);
try {
    $client->shop->fail();
    exit(1);
} catch (Fault $fault) {
    same([$fault->getCode(), $fault->getMessage()], [42, 'sold out']);
}
echo "fine\n";
