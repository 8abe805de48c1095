// The home that is `numeral serve`: every answer is a request to the page's own origin.
import { base64, fromBase64, greyFromFile, pgm } from "./grey.js";

const TOKEN = "numeral-token";

async function sentence(response) {
  try {
    const { error } = await response.json();
    return typeof error === "string" ? error : error.message;
  } catch {
    return `The service answers ${response.status}.`;
  }
}

async function send(path, options = {}) {
  const headers = { ...options.headers };
  const token = sessionStorage.getItem(TOKEN);
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  let response;
  try {
    response = await fetch(path, { ...options, headers, cache: "no-store" });
  } catch {
    throw new Error("The service does not answer. Is it running?");
  }
  if (!response.ok) {
    const error = new Error(await sentence(response));
    error.status = response.status;
    throw error;
  }
  return response;
}

async function json(path, options) {
  return (await send(path, options)).json();
}

function picture(path, image) {
  return json(path, {
    method: "POST",
    headers: { "Content-Type": "image/x-portable-graymap" },
    body: pgm(image),
  });
}

async function stored(digit) {
  const blob = new Blob([fromBase64(digit.image)], { type: "image/png" });
  return { ...digit, image: await greyFromFile(blob) };
}

class ServiceHome {
  place = "Answers are given by the service that this page comes from.";

  model() {
    return json("v1/model");
  }

  predict(image) {
    return picture("v1/predict", image);
  }

  read(image) {
    return picture("v1/read", image);
  }

  why(image, { k } = {}) {
    return picture(k ? `v1/why?k=${k}` : "v1/why", image);
  }

  doctor(image) {
    return picture("v1/doctor", image);
  }

  /** `framed`: it is as the model keeps its own, and is not framed anew. */
  teach(image, label, { framed = false } = {}) {
    return json("v1/teach", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ image: base64(pgm(image)), label, framed, source: "page" }),
    });
  }

  async taught() {
    const { taught } = await json("v1/taught");
    return Promise.all(taught.map(stored));
  }

  async untaught(id) {
    await send(`v1/taught/${id}`, { method: "DELETE" });
  }

  /** A service at another address than loopback asks for its token. */
  giveToken(token) {
    sessionStorage.setItem(TOKEN, token);
  }
}

export async function connect() {
  return new ServiceHome();
}
