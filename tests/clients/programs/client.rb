# Ruby, xmlrpc/client.
require 'xmlrpc/client'

%i[ENABLE_NIL_CREATE ENABLE_NIL_PARSER].each do |name|
  XMLRPC::Config.send(:remove_const, name)
  XMLRPC::Config.const_set(name, true)
end
Client = XMLRPC::Client.new2(ARGV[0])
Client.set_parser(XMLRPC::XMLParser::REXMLStreamParser.new)

def show(value)
  case value
  when nil then 'null'
  when true, false then value.to_s
  when Integer then value.to_s
  when Float then format('%.8f', value)
  when String
    return "x#{value.unpack1('H*')}" if value.encoding == Encoding::BINARY
    "\"#{value.gsub("\n", '\n')}\""
  when XMLRPC::DateTime then format('@%04d%02d%02dT%02d:%02d:%02d', *value.to_a)
  when Array then "[#{value.map { |item| show(item) }.join(', ')}]"
  when Hash then "{#{value.sort.map { |name, item| "#{name}: #{show(item)}" }.join(', ')}}"
  else raise value.class.to_s
  end
end

def fault(name, *call)
  puts "#{name}\t\t#{show(Client.call(*call))}"
rescue XMLRPC::FaultException => e
  puts "#{name}\t\tfault #{e.faultCode} #{e.faultString}"
end

{
  'int' => 7,
  'negative' => -2147483648,
  'true' => true,
  'false' => false,
  'markup' => 'a <b> & "c" ]]> d',
  'unicode' => 'Grüße, 日本',
  'beyond the BMP' => '😀',
  'empty' => '',
  'spaces' => "  two\nlines  ",
  'double' => -1.25,
  'tiny' => 0.00000001,
  'base64' => XMLRPC::Base64.new("\0\1\2\xff".b),
  'date' => XMLRPC::DateTime.new(1998, 7, 17, 14, 8, 55),
  'array' => [1, 'two', [3]],
  'no items' => [],
  'struct' => { 'name' => 'x & y', 'n' => 1 },
  'no members' => {},
  'nested' => { 'list' => [{ 'a' => [true, {}] }], 'name' => '' },
  'large' => 'x<' * 50_000,
  'nil' => nil
}.each do |name, value|
  answer = Client.call('interop.echo', value)
  answer = answer.b if name == 'base64'
  puts "#{name}\t#{Client.call('interop.show', value)}\t#{show(answer)}"
end
['nil', 'long', 'nil inside', 'whole double', 'tiny', 'apostrophes'].each do |name|
  puts "give #{name}\t\t#{show(Client.call('interop.give', name))}"
end
fault('fault', 'interop.fail')
fault('unknown method', 'interop.nothing')
fault('wrong arguments', 'interop.add', 1)
fault('crash', 'interop.crash')
puts "methods\t\t#{Client.call('system.listMethods').grep(/interop\./).join(' ')}"
_, results = Client.multicall2(['interop.add', 1, 2], ['interop.fail'])
puts "multicall\t\t#{show(results[0])}"
puts "multicall fault\t\tfault #{results[1].faultCode} #{results[1].faultString}"
