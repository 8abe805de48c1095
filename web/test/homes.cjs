// The two homes of the page, started for the tests: {url, stop(), start()}.
"use strict";
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { spawn } = require("node:child_process");

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", mjs: "text/javascript",
  css: "text/css", svg: "image/svg+xml", png: "image/png", wasm: "application/wasm",
  webmanifest: "application/manifest+json", json: "application/json" };

/** What any static host does with a folder. */
async function startStatic(folder, port = 0) {
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const file = path.join(folder, path.normalize(name.endsWith("/") ? `${name}index.html` : name));
    fs.readFile(file, (error, bytes) => {
      const type = TYPES[path.extname(file).slice(1)] ?? "application/octet-stream";
      response.writeHead(error ? 404 : 200, { "Content-Type": error ? "text/plain" : type });
      response.end(error ? "not here" : bytes);
    });
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () => new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    }),
  };
}

async function answers(url) {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      if ((await fetch(`${url}healthz`)).ok) {
        return;
      }
    } catch {
      // not yet
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("the service does not answer");
}

/** `numeral serve`; stop() ends it, start() begins again on the same port and database. */
function service(numeral, model, database, port, more = []) {
  let child = null;
  const url = `http://127.0.0.1:${port}/`;
  return {
    url,
    async start() {
      child = spawn(numeral, ["serve", model, "--listen", `127.0.0.1:${port}`, "--teach", database,
        ...more],
        { stdio: ["ignore", "ignore", "inherit"] });
      await answers(url);
    },
    stop: () => new Promise((done) => {
      child.once("exit", done);
      child.kill("SIGTERM");
    }),
  };
}

/** A port that is free now. */
function freePort() {
  return new Promise((done) => {
    const server = http.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

module.exports = { freePort, service, startStatic };
