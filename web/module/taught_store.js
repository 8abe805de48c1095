// Taught digits as the browser keeps them, in IndexedDB: {id, label, created, image, framed}.
// Where it keeps nothing (some private windows), in memory, until the page is left.

const DATABASE = "numeral", STORE = "taught", VERSION = 1;

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

class KeptStore {
  kept = true;

  constructor(database) {
    this.database = database;
  }

  /** Does something with the table; ends once that is on disk. */
  change(work) {
    return new Promise((resolve, reject) => {
      const change = this.database.transaction(STORE, "readwrite", { durability: "strict" });
      const request = work(change.objectStore(STORE));
      change.oncomplete = () => resolve(request.result);
      change.onabort = () => reject(change.error ?? new Error("the browser keeps no more digits"));
    });
  }

  all() {
    return settled(this.database.transaction(STORE).objectStore(STORE).getAll());
  }

  add(digit) {
    return this.change((table) => table.add(digit));
  }

  remove(id) {
    return this.change((table) => table.delete(id));
  }
}

class PassingStore {
  kept = false;
  digits = new Map();
  last = 0;

  async all() {
    return [...this.digits.values()];
  }

  async add(digit) {
    this.last += 1;
    this.digits.set(this.last, { ...digit, id: this.last });
    return this.last;
  }

  async remove(id) {
    this.digits.delete(id);
  }
}

export async function openStore() {
  try {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
    return new KeptStore(await settled(request));
  } catch {
    return new PassingStore();
  }
}
