// Node, the package xmlrpc of npm.
const xmlrpc = require('xmlrpc')

const { hostname, port, pathname } = new URL(process.argv[2])
const client = xmlrpc.createClient({ host: hostname, port, path: pathname })

const call = (method, ...params) => new Promise((resolve, reject) =>
  client.methodCall(method, params, (error, value) => error ? reject(error) : resolve(value)))

function show (value) {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return value % 1 ? value.toFixed(8) : String(value)
  if (typeof value === 'string') return '"' + value.replace(/\n/g, '\\n') + '"'
  if (Buffer.isBuffer(value)) return 'x' + value.toString('hex')
  if (value instanceof Date) {
    return '@' + value.toISOString().replace(/-/g, '').slice(0, 17)
  }
  if (Array.isArray(value)) return '[' + value.map(show).join(', ') + ']'
  return '{' + Object.keys(value).sort().map(name => name + ': ' + show(value[name])).join(', ') + '}'
}

async function fault (name, ...params) {
  try {
    console.log(`${name}\t\t${show(await call(...params))}`)
  } catch (error) {
    if (error.faultCode === undefined) throw error
    console.log(`${name}\t\tfault ${error.faultCode} ${error.faultString}`)
  }
}

async function main () {
  for (const [name, value] of [
    ['int', 7],
    ['negative', -2147483648],
    ['long', 1099511627776],
    ['true', true],
    ['false', false],
    ['markup', 'a <b> & "c"'],          // its CDATA section ends at ]]>
    ['unicode', 'Grüße, 日本'],
    ['beyond the BMP', '😀'],
    ['empty', ''],
    ['spaces', '  two\nlines  '],
    ['double', -1.25],
    ['tiny', 0.00000001],
    ['base64', Buffer.from([0, 1, 2, 255])],
    ['date', new Date('1998-07-17T14:08:55')],
    ['array', [1, 'two', [3]]],
    ['no items', []],
    ['struct', { name: 'x & y', n: 1 }],
    ['no members', {}],
    ['nested', { list: [{ a: [true, {}] }], name: '' }],
    ['large', 'x<'.repeat(50000)],
    ['nil', null]
  ]) {
    console.log(`${name}\t${await call('interop.show', value)}\t${show(await call('interop.echo', value))}`)
  }
  for (const name of ['nil', 'long', 'nil inside', 'whole double', 'tiny', 'apostrophes']) {
    console.log(`give ${name}\t\t${show(await call('interop.give', name))}`)
  }
  await fault('fault', 'interop.fail')
  await fault('unknown method', 'interop.nothing')
  await fault('wrong arguments', 'interop.add', 1)
  await fault('crash', 'interop.crash')
  const methods = await call('system.listMethods')
  console.log('methods\t\t' + methods.filter(name => name.includes('interop.')).join(' '))
  const results = await call('system.multicall', [
    { methodName: 'interop.add', params: [1, 2] }, { methodName: 'interop.fail', params: [] }])
  console.log('multicall\t\t' + show(results[0][0]))
  console.log(`multicall fault\t\tfault ${results[1].faultCode} ${results[1].faultString}`)
}

main().catch(error => { console.error(error); process.exit(1) })
