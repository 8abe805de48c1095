// ZIP archives: written without compression, read with or without.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k += 1) {
    n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  }
  return n;
});

export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

// The fields that local and central headers share, from "version needed" on.
function fields(entry, name) {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint16(0, 20, true);
  view.setUint16(2, 0x800, true); // names are UTF-8
  view.setUint16(8, 0x21, true); // 1980-01-01: the same digits are the same bytes
  view.setUint32(10, crc32(entry.bytes), true);
  view.setUint32(14, entry.bytes.length, true);
  view.setUint32(18, entry.bytes.length, true);
  view.setUint16(22, name.length, true);
  return new Uint8Array(view.buffer);
}

function signed(signature) {
  return Uint8Array.of(0x50, 0x4b, ...signature);
}

/** One Blob of [{name, bytes}]. */
export function writeZip(entries, type = "application/zip") {
  const parts = [], central = [];
  let offset = 0, centralSize = 0;
  for (const entry of entries) {
    const name = new TextEncoder().encode(entry.name);
    const shared = fields(entry, name);
    parts.push(signed([3, 4]), shared, name, entry.bytes);
    const tail = new DataView(new ArrayBuffer(14));
    tail.setUint32(10, offset, true);
    central.push(signed([1, 2]), Uint8Array.of(20, 0), shared, new Uint8Array(tail.buffer), name);
    offset += 30 + name.length + entry.bytes.length;
    centralSize += 46 + name.length;
  }
  const end = new DataView(new ArrayBuffer(18));
  end.setUint16(4, entries.length, true);
  end.setUint16(6, entries.length, true);
  end.setUint32(8, centralSize, true);
  end.setUint32(12, offset, true);
  return new Blob([...parts, ...central, signed([5, 6]), new Uint8Array(end.buffer)], { type });
}

async function inflate(bytes, most) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const chunks = [];
  let size = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    size += value.length;
    if (size > most) {
      throw new Error("The archive holds more than it says.");
    }
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function endOfArchive(view) {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 65535); at -= 1) {
    if (view.getUint32(at, true) === 0x06054b50) {
      return at;
    }
  }
  throw new Error("This is no NPZ or ZIP file.");
}

/** The entries of an archive: [{name, bytes}]. */
export async function readZip(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const end = endOfArchive(view);
  const n = view.getUint16(end + 10, true);
  const out = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < n; i += 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) {
      throw new Error("The archive's list of files is damaged.");
    }
    const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const lengths = [28, 30, 32].map((where) => view.getUint16(at + where, true));
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + lengths[0]));
    if (local + 30 > bytes.length) {
      throw new Error("The archive is cut short.");
    }
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const raw = bytes.subarray(from, from + packed);
    const whole = view.getUint16(at + 10, true) === 8 ? await inflate(raw, size) : raw;
    if (whole.length !== size || crc32(whole) !== view.getUint32(at + 16, true)) {
      throw new Error(`${name} in the archive is damaged.`);
    }
    out.push({ name, bytes: whole });
    at += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return out;
}
