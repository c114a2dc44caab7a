# Perl, RPC::XML.
use strict;
use warnings;
use utf8;
use RPC::XML;
use RPC::XML::Client;

$RPC::XML::ENCODING = 'utf-8';
$RPC::XML::ALLOW_NIL = 1;
binmode STDOUT, ':utf8';
my $client = RPC::XML::Client->new($ARGV[0]);

sub show {
    my $value = shift;
    my $type = $value->type;
    return 'null' if $type eq 'nil';
    return $value->value ? 'true' : 'false' if $type eq 'boolean';
    return $value->value if $type =~ /^(int|i4|i8)$/;
    return sprintf '%.8f', $value->value if $type eq 'double';
    return 'x' . unpack 'H*', $value->value if $type eq 'base64';
    if ($type eq 'dateTime.iso8601') {
        (my $date = $value->value) =~ tr/-//d;
        return "\@$date";
    }
    return '[' . join(', ', map { show($_) } @$value) . ']' if $type eq 'array';
    return '{' . join(', ', map { "$_: " . show($value->{$_}) } sort keys %$value) . '}'
        if $type eq 'struct';
    (my $text = $value->value) =~ s/\n/\\n/g;
    utf8::decode($text) unless utf8::is_utf8($text);
    return "\"$text\"";
}

sub call {
    my $answer = $client->send_request(@_);
    return ref $answer ? $answer : die "$_[0]: $answer\n";
}

sub fault {
    my ($name, $answer) = @_;
    my $text = $answer->string;
    utf8::decode($text) unless utf8::is_utf8($text);
    print "$name\t\tfault ", $answer->code, " $text\n";
}

sub text { RPC::XML::string->new(shift) }
sub int_ { RPC::XML::int->new(shift) }
sub list { RPC::XML::array->new(@_) }
sub struct { RPC::XML::struct->new(@_) }

my @values = (
    int => int_(7),
    negative => int_(-2147483648),
    long => RPC::XML::i8->new(1099511627776),
    true => RPC::XML::boolean->new(1),
    false => RPC::XML::boolean->new(0),
    markup => text('a <b> & "c" ]]> d'),
    unicode => text('Grüße, 日本'),
    'beyond the BMP' => text('😀'),
    empty => text(''),
    spaces => text("  two\nlines  "),
    double => RPC::XML::double->new(-1.25),
    tiny => RPC::XML::double->new(0.00000001),
    base64 => RPC::XML::base64->new("\0\1\2\xff"),
    date => RPC::XML::datetime_iso8601->new('19980717T14:08:55'),
    array => list(int_(1), text('two'), list(int_(3))),
    'no items' => list(),
    struct => struct(name => text('x & y'), n => int_(1)),
    'no members' => struct(),
    nested => struct(list => list(struct(a => list(RPC::XML::boolean->new(1), struct()))),
                     name => text('')),
    large => text('x<' x 50000),
    nil => RPC::XML::nil->new,
);
while (my ($name, $value) = splice @values, 0, 2) {
    my $server = show(call('interop.show', $value));
    $server =~ s/^"|"$//g;
    print "$name\t$server\t", show(call('interop.echo', $value)), "\n";
}
for my $name ('nil', 'long', 'nil inside', 'whole double', 'tiny', 'apostrophes') {
    print "give $name\t\t", show(call('interop.give', text($name))), "\n";
}
fault('fault', call('interop.fail'));
fault('unknown method', call('interop.nothing'));
fault('wrong arguments', call('interop.add', int_(1)));
fault('crash', call('interop.crash'));
print "methods\t\t", join(' ', grep { /interop\./ } @{call('system.listMethods')->value}), "\n";
my $results = call('system.multicall', list(
    struct(methodName => text('interop.add'), params => list(int_(1), int_(2))),
    struct(methodName => text('interop.fail'), params => list())));
print "multicall\t\t", show($results->[0][0]), "\n";
my $failed = $results->[1]->value;
utf8::decode($failed->{faultString}) unless utf8::is_utf8($failed->{faultString});
print "multicall fault\t\tfault $failed->{faultCode} $failed->{faultString}\n";
