// Runs the kernel tests that are built for WebAssembly. usage: kernels.mjs FILE.wasm...
import fs from "node:fs";
import { WASI } from "node:wasi";

for (const file of process.argv.slice(2)) {
  const wasi = new WASI({ version: "preview1", args: [file], returnOnExit: true });
  const code = await WebAssembly.compile(fs.readFileSync(file));
  const imports = { wasi_snapshot_preview1: wasi.wasiImport, env: {} };
  for (const { module, name } of WebAssembly.Module.imports(code)) {
    imports[module][name] ??= () => -52; // ENOSYS
  }
  const status = wasi.start(await WebAssembly.instantiate(code, imports));
  console.log(`${file}: ${status === 0 ? "passed" : "FAILED"}`);
  process.exitCode ||= status;
}
