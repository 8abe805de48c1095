// Starts the WebAssembly module, in a page, a worker or Node, and moves values into its
// memory and out.

// (func (result v128) i32.const 0, i8x16.splat, i8x16.popcnt)
const SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10,
  10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

/** Whether this engine has WebAssembly's 128-bit SIMD. */
export function hasSimd() {
  return WebAssembly.validate(SIMD);
}

async function compile(url) {
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return WebAssembly.compile(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status} ${response.statusText}`);
  }
  return response.headers.get("content-type") === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

const NOT_THERE = 52; // ENOSYS: the module has no files

/** What the module's C library asks of its host: the time. It has no files. */
function hostOf(module, heap) {
  const host = {
    clock_time_get(...args) {
      const now = BigInt(Math.round(performance.now() * 1e6));
      heap.view().setBigUint64(args.at(-1), now, true);
      return 0;
    },
    environ_sizes_get(n, bytes) {
      heap.view().setUint32(n, 0, true);
      heap.view().setUint32(bytes, 0, true);
      return 0;
    },
    environ_get: () => 0,
    emscripten_notify_memory_growth() {},
    proc_exit(status) {
      throw new Error(`the module has ended with status ${status}`);
    },
  };
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = host[name] ?? (() => (from === "env" ? -NOT_THERE : NOT_THERE));
  }
  return imports;
}

/** The module's memory and its functions, with values for one call in it. */
export class Module {
  #given = [];

  static async open({ simd = hasSimd() } = {}) {
    // written out, so that bundlers see which files belong to it
    const url = simd ? new URL("./numeral-simd.wasm", import.meta.url)
      : new URL("./numeral.wasm", import.meta.url);
    const opened = new Module();
    const code = await compile(url);
    const instance = await WebAssembly.instantiate(code, hostOf(code, opened));
    opened.exports = instance.exports;
    opened.exports._initialize();
    opened.exports.start();
    return opened;
  }

  bytes(at, n) {
    return new Uint8Array(this.exports.memory.buffer, at, n);
  }

  view() {
    return new DataView(this.exports.memory.buffer);
  }

  /** Room for n bytes until the call ends. */
  room(n) {
    const at = this.exports.allocate(n);
    if (!at) {
      throw new RangeError(`out of memory: ${n} bytes could not be allocated`);
    }
    this.#given.push(at);
    return at;
  }

  put(bytes) {
    const at = this.room(bytes.length);
    this.bytes(at, bytes.length).set(bytes);
    return at;
  }

  /** Texts with their final zeros, one behind the other. */
  putTexts(...texts) {
    return this.put(new TextEncoder().encode(texts.map((text) => `${text}\0`).join("")));
  }

  putWords(words) {
    const at = this.room(4 * words.length);
    words.forEach((word, i) => this.view().setUint32(at + 4 * i, word, true));
    return at;
  }

  /** struct module_images */
  putImages({ pixels, n, height, width }, { name = "image", as = "row" } = {}) {
    const kind = ["row", "picture", "framed"].indexOf(as);
    if (kind < 0) {
      throw new TypeError(`images as "${as}": expected "row", "picture" or "framed"`);
    }
    return this.putWords([this.put(pixels), n, height, width, this.putTexts(name), kind]);
  }

  /** Copies what the module gave, and takes it back. */
  take(at, n) {
    const copy = this.bytes(at, n).slice();
    this.exports.release(at);
    return copy;
  }

  takeText(at) {
    const n = this.bytes(at).indexOf(0);
    return new TextDecoder().decode(this.take(at, n));
  }

  textAt(at) {
    return new TextDecoder().decode(this.bytes(at).subarray(0, this.bytes(at).indexOf(0)));
  }

  /**
   * Calls what `ask` asks for with the address of an error. Where `failed` says that the
   * result is none, the error is thrown. Values put in are taken back.
   */
  call(ask, failed = (result) => result === 0) {
    try {
      const error = this.room(this.exports.error_bytes());
      const result = ask(error, this.exports);
      if (failed(result)) {
        throw new Error(this.textAt(error + 4));
      }
      return result;
    } finally {
      this.#given.splice(0).forEach((at) => this.exports.release(at));
    }
  }
}
