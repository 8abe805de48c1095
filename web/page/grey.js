// Grey pictures {height, width, pixels: Uint8Array}: from files, cut, and as PGM.

// Larger photographs are made smaller: reading takes time in proportion to the picture.
const MOST = 1600;

/** What is transparent lies on white, or on black where what is seen is white. */
function greyOf(data, n) {
  let seen = 0, light = 0;
  for (let at = 0; at < 4 * n; at += 4) {
    seen += data[at + 3];
    light += data[at + 3] * (data[at] + data[at + 1] + data[at + 2]);
  }
  const clear = seen < 255 * n;
  const paper = clear && seen > 0 && light / seen > 3 * 200 ? 0 : 255;
  const pixels = new Uint8Array(n);
  for (let i = 0, at = 0; i < n; i += 1, at += 4) {
    const grey = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
    pixels[i] = Math.round((grey * data[at + 3] + paper * (255 - data[at + 3])) / 255);
  }
  return pixels;
}

/** Decodes a file that the browser can; photographs are turned as EXIF says. */
export async function greyFromFile(blob) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    throw new Error(`${blob.name || "This file"} is no picture that this browser can read. ` +
      "PNG, JPEG, WebP and GIF work.");
  }
  const scale = Math.min(1, MOST / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { height, width, pixels: greyOf(data, width * height) };
}

/** What a canvas shows. */
export function greyFromCanvas(context, side) {
  const { data } = context.getImageData(0, 0, side, side);
  return { height: side, width: side, pixels: greyOf(data, side * side) };
}

/** The part [top, left, bottom, right] with some of what is around it. */
export function cut(image, box, around = 0.2) {
  const margin = Math.round(around * Math.max(box[2] - box[0], box[3] - box[1]));
  const top = Math.max(0, box[0] - margin), left = Math.max(0, box[1] - margin);
  const bottom = Math.min(image.height, box[2] + margin);
  const right = Math.min(image.width, box[3] + margin);
  const width = right - left, height = bottom - top;
  const pixels = new Uint8Array(height * width);
  for (let y = 0; y < height; y += 1) {
    const from = (top + y) * image.width + left;
    pixels.set(image.pixels.subarray(from, from + width), y * width);
  }
  return { height, width, pixels };
}

/** As a PGM file: what any reader of pictures takes. */
export function pgm(image) {
  const head = new TextEncoder().encode(`P5\n${image.width} ${image.height}\n255\n`);
  const out = new Uint8Array(head.length + image.pixels.length);
  out.set(head);
  out.set(image.pixels, head.length);
  return out;
}

export function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
