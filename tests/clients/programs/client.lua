-- Lua 5.1, lua-xmlrpc.  It escapes nothing, and knows neither nil nor i8; a struct without members
-- and an array without items are one thing to it.  Text is bytes, here UTF-8.
local http = require 'xmlrpc.http'
local xmlrpc = require 'xmlrpc'
local url = arg[1]

local function typed(kind, value) return xmlrpc.newTypedValue(value, kind) end
local function escape(text)
  return (text:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'))
end

local function call(...)
  local ok, value = http.call(url, ...)
  if not ok then error(value) end
  return value
end

local function show(value)
  if type(value) == 'boolean' then return tostring(value) end
  if type(value) == 'number' then
    return value % 1 == 0 and string.format('%d', value) or string.format('%.8f', value)
  end
  if type(value) == 'string' then return '"' .. value:gsub('\n', '\\n') .. '"' end
  local parts = {}
  if #value > 0 or next(value) == nil then
    for i, item in ipairs(value) do parts[i] = show(item) end
    return '[' .. table.concat(parts, ', ') .. ']'
  end
  for name in pairs(value) do parts[#parts + 1] = name end
  table.sort(parts)
  for i, name in ipairs(parts) do parts[i] = name .. ': ' .. show(value[name]) end
  return '{' .. table.concat(parts, ', ') .. '}'
end

local function fault(name, ...)
  local ok, text, code = http.call(url, ...)
  print(name .. '\t\t' .. (ok and show(text) or 'fault ' .. code .. ' ' .. text))
end

for _, exchange in ipairs {
  {'int', 7},
  {'negative', -2147483648},
  {'true', true},
  {'false', false},
  {'markup', escape('a <b> & "c" ]]> d')},
  {'unicode', 'Grüße, 日本'},
  {'beyond the BMP', '😀'},
  {'empty', ''},
  {'double', -1.25},
  {'tiny', 0.00000001},
  {'numbers', typed(xmlrpc.newArray('int'), {1, 2})},
  {'no items', typed(xmlrpc.newArray('int'), {})},
  {'struct', {name = escape('x & y'), n = 1}},
  {'no members', {}},
  {'large', escape(('x<'):rep(50000))},
} do
  local name, value = exchange[1], exchange[2]
  print(name .. '\t' .. call('interop.show', value) .. '\t' .. show(call('interop.echo', value)))
end
for _, name in ipairs {'whole double', 'tiny', 'apostrophes'} do
  print('give ' .. name .. '\t\t' .. show(call('interop.give', name)))
end
fault('fault', 'interop.fail')
fault('unknown method', 'interop.nothing')
fault('wrong arguments', 'interop.add', 1)
fault('crash', 'interop.crash')
local methods = {}
for _, name in ipairs(call('system.listMethods')) do
  if name:find('interop.', 1, true) then methods[#methods + 1] = name end
end
print('methods\t\t' .. table.concat(methods, ' '))
