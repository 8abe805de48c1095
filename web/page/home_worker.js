// The home that is the page itself: the WebAssembly module in a worker, taught digits in
// IndexedDB, and after the first visit no network at all.

class WorkerHome {
  place = "Everything happens on this device: nothing that you draw or show leaves it.";

  constructor(worker) {
    this.worker = worker;
    this.waiting = new Map();
    this.next = 1;
    worker.addEventListener("message", ({ data }) => this.settle(data));
    worker.addEventListener("error", (event) => this.fail(event.message));
  }

  settle({ id, result, error }) {
    const { resolve, reject } = this.waiting.get(id) ?? {};
    this.waiting.delete(id);
    if (error) {
      reject?.(new Error(error.message ?? error));
    } else {
      resolve?.(result);
    }
  }

  fail(text) {
    const error = new Error(`The reader could not be started: ${text || "its file is missing"}.`);
    for (const { reject } of this.waiting.values()) {
      reject(error);
    }
    this.waiting.clear();
    this.broken = error;
  }

  call(method, ...args) {
    if (this.broken) {
      return Promise.reject(this.broken);
    }
    return new Promise((resolve, reject) => {
      const id = this.next;
      this.next += 1;
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, method, args });
    });
  }

  model() { return this.call("model"); }
  predict(image) { return this.call("predict", image); }
  read(image) { return this.call("read", image); }
  why(image, options = {}) { return this.call("why", image, options); }
  doctor(image) { return this.call("doctor", image); }
  teach(image, label, options = {}) { return this.call("teach", image, label, options); }
  taught() { return this.call("taught"); }
  untaught(id) { return this.call("untaught", id); }
}

/** Keeps the page's files for when there is no network; works without where it may not. */
function keepFiles() {
  if ("serviceWorker" in navigator && isSecureContext) {
    navigator.serviceWorker.register("offline.js").catch(() => {});
  }
}

export async function connect() {
  keepFiles();
  return new WorkerHome(new Worker("worker.js", { type: "module" }));
}
