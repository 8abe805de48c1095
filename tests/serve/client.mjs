// A client made from /openapi.json (npm: openapi-client-axios) reads, teaches and takes back a
// digit. usage: client.mjs NODE_MODULES ORIGIN PICTURE
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, origin, picture] = process.argv.slice(2);
const { OpenAPIClientAxios } = createRequire(`${modules}/`)("openapi-client-axios");
const api = new OpenAPIClientAxios({
  definition: `${origin}/openapi.json`,
  withServer: { url: origin },
});
const client = await api.init();
const bytes = readFileSync(picture);
const png = { headers: { "Content-Type": "image/png" } };

const { data: digit } = await client.predict(null, bytes, png);
assert.equal(typeof digit.label, "number");
const { data: why } = await client.why({ k: 3 }, bytes, png);
assert.equal(why.neighbours.length, 3);
const { data: lesson } = await client.teach(null, {
  image: bytes.toString("base64"),
  label: "7",
});
const { data: again } = await client.predict(null, bytes, png);
assert.equal(again.neighbours[0].row, lesson.row);
const { data: list } = await client.taught();
assert.equal(list.taught.length, 1);
const { data: gone } = await client.untaught({ id: lesson.id });
assert.equal(gone.n_taught, 0);
const { data: model } = await client.model();
assert.ok(model.can_teach);
console.log(`a generated client reads ${digit.label}`);
