# Perl, XMLRPC::Lite (of SOAP::Lite's family).  It gives plain Perl values: the type of an answer
# is seen by the exchange's name.
use strict;
use warnings;
use utf8;
use XMLRPC::Lite;

binmode STDOUT, ':utf8';
my $client = XMLRPC::Lite->proxy($ARGV[0]);
$client->on_fault(sub { });

sub show {
    my ($name, $value) = @_;
    return 'null' unless defined $value;
    return '[' . join(', ', map { show('', $_) } @$value) . ']' if ref $value eq 'ARRAY';
    return '{' . join(', ', map { "$_: " . show('', $value->{$_}) } sort keys %$value) . '}'
        if ref $value eq 'HASH';
    return $value ? 'true' : 'false' if $name =~ /true|false/;
    return sprintf '%.8f', $value if $name =~ /double|tiny/;
    return 'x' . unpack 'H*', $value if $name eq 'base64';
    return "\@$value" if $name eq 'date';
    return $value if $value =~ /^-?\d+$/;
    utf8::decode($value) unless utf8::is_utf8($value);
    $value =~ s/\n/\\n/g;
    return "\"$value\"";
}

sub call {
    my $answer = $client->call(@_);
    die $client->transport->status . "\n" unless ref $answer;
    die $answer->faultstring . "\n" if $answer->fault;
    return $answer->result;
}

sub fault {
    my $name = shift;
    my $answer = $client->call(@_);
    my $text = $answer->faultstring;
    utf8::decode($text) unless utf8::is_utf8($text);
    print "$name\t\tfault ", $answer->faultcode, " $text\n";
}

sub typed { XMLRPC::Data->type(@_) }

my @values = (
    int => typed(int => 7),
    negative => typed(int => -2147483648),
    true => typed(boolean => 1),
    false => typed(boolean => 0),
    markup => typed(string => 'a <b> & "c" ]]> d'),
    unicode => typed(string => 'Grüße, 日本'),
    'beyond the BMP' => typed(string => '😀'),
    empty => typed(string => ''),
    spaces => typed(string => "  two\nlines  "),
    double => typed(double => -1.25),
    tiny => typed(double => '0.00000001'),
    base64 => typed(base64 => "\0\1\2\xff"),
    date => typed(dateTime => '19980717T14:08:55'),
    array => [1, 'two', [3]],
    'no items' => [],
    struct => {name => 'x & y', n => 1},
    'no members' => {},
    nested => {list => [{a => [typed(boolean => 1), {}]}], name => ''},
    large => typed(string => 'x<' x 50000),
);
while (my ($name, $value) = splice @values, 0, 2) {
    my $server = call('interop.show', $value);
    utf8::decode($server) unless utf8::is_utf8($server);
    print "$name\t$server\t", show($name, call('interop.echo', $value)), "\n";
}
for my $name ('whole double', 'tiny', 'apostrophes') {
    print "give $name\t\t", show($name, call('interop.give', typed(string => $name))), "\n";
}
fault('fault', 'interop.fail');
fault('unknown method', 'interop.nothing');
fault('wrong arguments', 'interop.add', 1);
fault('crash', 'interop.crash');
print "methods\t\t", join(' ', grep { /interop\./ } @{call('system.listMethods')}), "\n";
my $results = call('system.multicall', [
    {methodName => 'interop.add', params => [1, 2]},
    {methodName => 'interop.fail', params => []}]);
print "multicall\t\t", show('', $results->[0][0]), "\n";
my $failed = $results->[1];
utf8::decode($failed->{faultString}) unless utf8::is_utf8($failed->{faultString});
print "multicall fault\t\tfault $failed->{faultCode} $failed->{faultString}\n";
