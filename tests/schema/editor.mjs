// Does an editor underline what is wrong, nothing that is right, and offer the names that there are?
//   node editor.mjs node_modules/yaml-language-server/bin/yaml-language-server
// Exit 0 when it does, 1 when not.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { LanguageServer } from './language_server.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const yaml_below = (folder) => readdirSync(join(root, folder), { recursive: true })
  .filter((name) => name.endsWith('.yaml')).map((name) => join(root, folder, name)).sort()
const faults = []
let opened = 0

// An empty text is not looked at, several documents are, merge keys are understood; and a text that is opened is UTF-8.
const taken_by_editors = ['file-empty', 'yaml-second-document', 'yaml-merge-key', 'yaml-not-utf8']

const server = new LanguageServer(process.argv[2])
await server.start()

async function underlined(path, text) {
  opened += 1
  return server.open(pathToFileURL(path).href, text)
}

const right = ['rules', 'config', 'tests/schema'].flatMap(yaml_below).map(async (path) => {
  for (const { line, message } of await underlined(path, readFileSync(path, 'utf8'))) {
    faults.push(`${relative(root, path)}:${line} is right, and underlined: ${message}`)
  }
})

const only_the_loader = new Set(readFileSync(join(here, 'only_the_loader.txt'), 'utf8').split('\n')
  .filter((line) => line && !line.startsWith('#')).map((line) => line.split(' ')[0]))
const wrong = yaml_below('tests/wrong').map(async (path) => {
  const name = relative(join(root, 'tests/wrong'), path).replace(/\.yaml$/, '')
  if (name.startsWith('base/') || taken_by_editors.includes(name)) return
  const refused = readFileSync(path.replace(/yaml$/, 'expected'), 'utf8').includes(': error: ')
  const schema = name.startsWith('tests/') ? '../../../schema/rule-tests' : '../../schema/rule-set'
  const said = await underlined(path, `# yaml-language-server: $schema=${schema}.schema.json\n` + readFileSync(path, 'utf8'))
  const seen = refused && !only_the_loader.has(name)
  if (seen && said.length === 0) faults.push(`tests/wrong/${name} is not underlined`)
  if (!seen && said.length > 0) faults.push(`tests/wrong/${name} is underlined: ${said[0].message}`)
})
// All at once: the server waits a moment before it looks at a text.
await Promise.all([...right, ...wrong])

// `|` is where the cursor stands.
async function offers(what, schema, text, wanted) {
  const [before, after] = text.split('|')
  const path = join(root, 'rules', `${what.replaceAll(' ', '-')}.yaml`)
  const head = `# yaml-language-server: $schema=../schema/${schema}.schema.json\n`
  await underlined(path, head + before + after)
  const lines = (head + before).split('\n')
  const offered = await server.complete(pathToFileURL(path).href, lines.length - 1, lines.at(-1).length)
  for (const name of wanted) if (!offered.includes(name)) faults.push(`${what}: ${name} is not offered, but ${offered}`)
}
const rule = 'version: 1\nrules:\n  - id: aa\n'
await offers('sections', 'rule-set', '|\n', ['rules', 'calendars', 'tenants', 'messages', 'dialers', 'mappings'])
await offers('keys of a rule', 'rule-set', `${rule}    |\n`, ['when', 'expect', 'within', 'if_late'])
await offers('events', 'rule-set', `${rule}    when: [order.paid, |]\n`, ['order.placed', 'shipment.delivered'])
await offers('facts', 'rule-set', `${rule}    where:\n      |\n`, ['order.total', 'customer.segment'])
await offers('times', 'rule-set', `${rule}    by: |\n`, ['order.promised_by', 'promise.due'])
await offers('durations', 'rule-set', `${rule}    within: |\n`, ['24 business hours', '7 days'])
await offers('steps', 'rule-set', `${rule}    if_late:\n      - |\n`, ['after', 'call', 'escalate'])
await offers('events of a test', 'rule-tests', 'version: 1\ntests:\n  - events:\n      - event: |\n', ['order.paid'])
await offers('settings', 'settings', 'log:\n  |\n', ['kind', 'sqlite', 'kafka'])

server.close()
for (const fault of faults) console.log(fault)
console.log(`${opened} texts opened; ${faults.length === 0 ? 'the editor underlines and offers what it should' : `${faults.length} faults`}`)
process.exit(faults.length === 0 ? 0 : 1)
