// numeral-knn: models of numeral in JavaScript.
import { decode, Model } from "./model.js";
import { hasSimd } from "./module.js";

/** Loads a model file: an address, bytes, a Blob or a response; gzip around it is taken off. */
export function load(source, options) {
  return Model.load(source, options);
}

/** Fits a recipe to labelled images. */
export function train(images, labels, options) {
  return Model.train(images, labels, options);
}

export { decode, hasSimd, Model };
