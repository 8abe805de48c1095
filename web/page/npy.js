// NumPy's array files, as far as digits and their labels need them.

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

function file(descr, shape, data) {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  let head = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`;
  head += " ".repeat(63 - ((10 + head.length) % 64)) + "\n";
  const out = new Uint8Array(10 + head.length + data.length);
  out.set([...MAGIC, 1, 0, head.length & 255, head.length >> 8]);
  out.set(new TextEncoder().encode(head), 10);
  out.set(data, 10 + head.length);
  return out;
}

/** Bytes of the given shape. */
export function writeBytes(shape, bytes) {
  return file("|u1", shape, bytes);
}

/** A list of texts. */
export function writeTexts(texts) {
  const letters = texts.map((text) => [...text].map((letter) => letter.codePointAt(0)));
  const most = Math.max(1, ...letters.map((one) => one.length));
  const view = new DataView(new ArrayBuffer(4 * most * texts.length));
  letters.forEach((one, i) => one.forEach((code, j) => {
    view.setUint32(4 * (i * most + j), code, true);
  }));
  return file(`<U${most}`, [texts.length], new Uint8Array(view.buffer));
}

const NUMBERS = { u1: "getUint8", i1: "getInt8", u2: "getUint16", i2: "getInt16",
  u4: "getUint32", i4: "getInt32", i8: "getBigInt64", u8: "getBigUint64", f4: "getFloat32",
  f8: "getFloat64" };

function texts(view, size, n, little) {
  return Array.from({ length: n }, (_, i) => {
    let text = "";
    for (let j = 0; j < size; j += 1) {
      const code = view.getUint32(4 * (i * size + j), little);
      text += code ? String.fromCodePoint(code) : "";
    }
    return text;
  });
}

/** {shape, values}: numbers or texts, in C order. */
export function readNpy(bytes) {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new Error("An array of the file is no NPY.");
  }
  const wide = bytes[6] > 1;
  const all = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = wide ? all.getUint32(8, true) : all.getUint16(8, true);
  const from = (wide ? 12 : 10) + length;
  const head = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, from));
  const descr = /'descr': *'([<>|=]?)([a-zA-Z])(\d+)'/.exec(head);
  const dims = /'shape': *\(([^)]*)\)/.exec(head);
  if (!descr || !dims || /'fortran_order': *True/.test(head)) {
    throw new Error("An array of the file is not laid out as digits are: save it in C order.");
  }
  const shape = (dims[1].match(/\d+/g) ?? []).map(Number);
  const n = shape.reduce((product, size) => product * size, 1);
  const [, order, kind, size] = descr;
  const wanted = n * (kind === "U" ? 4 * size : Number(size));
  if (from + wanted > bytes.length) {
    throw new Error("An array of the file is cut short.");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, wanted);
  const little = order !== ">";
  if (kind === "U") {
    return { shape, values: texts(view, Number(size), n, little) };
  }
  const get = NUMBERS[kind + size];
  if (!get) {
    throw new Error(`Arrays of ${kind}${size} are not read here: save bytes (uint8).`);
  }
  return { shape, values: Array.from({ length: n }, (_, i) =>
    Number(view[get](i * Number(size), little))) };
}
