// The YAML language server that VS Code, vim and others run, spoken to as an editor does.
import { spawn } from 'node:child_process'

const answer_timeout_ms = 60_000
const settings = { validate: true, completion: true, schemaStore: { enable: false } }

export class LanguageServer {
  constructor(program) {
    this.process = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.process.stdout.on('data', (data) => this.#read(data))
    this.process.on('exit', () => { for (const fail of this.failures) fail(new Error('the language server ended')) })
  }
  buffer = Buffer.alloc(0)
  answers = new Map() // by the id of the question
  underlinings = new Map() // by the address of the file
  failures = new Set()
  questions = 0

  async start() {
    await this.ask('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: { workspace: { configuration: true }, textDocument: { completion: {}, publishDiagnostics: {} } },
    })
    this.#send({ method: 'initialized', params: {} })
  }

  // What is underlined in a text: [{ line (from 1), message }].
  async open(address, text) {
    const said = this.#wait((done) => this.underlinings.set(address, done), `diagnostics of ${address}`)
    this.#send({ method: 'textDocument/didOpen', params: { textDocument: { uri: address, languageId: 'yaml', version: 1, text } } })
    const diagnostics = await said
    return diagnostics.map((each) => ({ line: each.range.start.line + 1, message: each.message }))
  }

  // What is offered at a place, counted from 0.
  async complete(address, line, character) {
    const result = await this.ask('textDocument/completion', { textDocument: { uri: address }, position: { line, character } })
    return result.items.map((item) => item.label)
  }

  close() { this.process.removeAllListeners('exit'); this.process.kill() }

  ask(method, params) {
    const id = ++this.questions
    const answer = this.#wait((done) => this.answers.set(id, done), method)
    this.#send({ id, method, params })
    return answer
  }

  #wait(register, what) {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`no answer: ${what}`)), answer_timeout_ms)
      this.failures.add(fail)
      register((value) => { clearTimeout(timer); this.failures.delete(fail); done(value) })
    })
  }

  #send(message) {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }

  #read(data) {
    this.buffer = Buffer.concat([this.buffer, data])
    for (;;) {
      const head = this.buffer.indexOf('\r\n\r\n')
      if (head < 0) return
      const end = head + 4 + Number(/Content-Length: (\d+)/.exec(this.buffer.subarray(0, head))[1])
      if (this.buffer.length < end) return
      const message = JSON.parse(this.buffer.subarray(head + 4, end))
      this.buffer = this.buffer.subarray(end)
      this.#take(message)
    }
  }

  #take(message) {
    if (message.method === 'workspace/configuration') {
      const result = message.params.items.map((item) => (item.section === 'yaml' ? settings : {}))
      this.#send({ id: message.id, result })
    } else if (message.method && message.id !== undefined) {
      this.#send({ id: message.id, result: null })
    } else if (message.id !== undefined) {
      this.answers.get(message.id)?.(message.result)
    } else if (message.method === 'textDocument/publishDiagnostics') {
      this.underlinings.get(message.params.uri)?.(message.params.diagnostics)
    }
  }
}
