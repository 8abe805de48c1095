// Shorthand for the document: elements by id, new elements, pictures of digits.

export function byId(id) {
  return document.getElementById(id);
}

/** A new element: attributes from `given` (functions become listeners), then children. */
export function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") {
      made.addEventListener(name, value);
    } else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Paints ink (0 none, 255 full) black on nothing; CSS turns it round in the dark. */
export function paintInk(canvas, height, width, ink) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const data = context.createImageData(width, height);
  for (let i = 0; i < height * width; i += 1) {
    data.data[4 * i + 3] = ink[i];
  }
  context.putImageData(data, 0, 0);
  return canvas;
}

/** A digit as the model keeps it, from rows of numbers. */
export function digitPicture(rows, name) {
  const canvas = el("canvas", { class: "digit", role: "img", "aria-label": name });
  return paintInk(canvas, rows.length, rows[0].length, rows.flat());
}

/** A grey picture as it is: {height, width, pixels}. */
export function paintGrey(canvas, image) {
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext("2d");
  const data = context.createImageData(image.width, image.height);
  data.data.fill(255);
  image.pixels.forEach((grey, i) => {
    data.data[4 * i] = grey;
    data.data[4 * i + 1] = grey;
    data.data[4 * i + 2] = grey;
  });
  context.putImageData(data, 0, 0);
  return canvas;
}

/** A digit as it was taught: ink on dark ground as the model keeps it, or a picture. */
export function taughtPicture({ height, width, pixels }, name) {
  const canvas = el("canvas", { role: "img", "aria-label": name });
  const edge = pixels.subarray(0, width).reduce((sum, value) => sum + value, 0) / width;
  if (edge > 64) {
    return paintGrey(canvas, { height, width, pixels });
  }
  canvas.className = "digit";
  return paintInk(canvas, height, width, pixels);
}
