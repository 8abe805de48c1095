#!/usr/bin/env python3
"""The Python example of docs/format.md reads every layout of a model file, and every tensor
and key that a file has is told there.

usage: test_format.py NUMERAL SOURCE_ROOT
"""
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    sys.exit(77)  # skipped

DATA = "pen:train[0:1500]"
TAUGHT, GONE = "pen:train[1500:1540]", "0,700-709"
PIXELS = ["--recipe", "pixels", "--index"]
PCA = ["--recipe", "deskew,pixels,pca=40", "--index"]
ZONING = ["--recipe", "zoning=7,standard", "--dtype", "i8", "--index"]
MODELS = {
    "columns": [*PIXELS, "brute=columns"],
    "rows": [*PIXELS, "brute=rows"],
    "exact": [*PIXELS, "exact=structure=always"],
    "pca-rows": [*PCA, "brute"],
    "pca-exact": [*PCA, "exact=structure=always"],
    "calibrated": ["--recipe", "deskew,pixels", "--calibrate", "3"],
    "i8": [*ZONING, "brute"],
    "direct": [*ZONING, "exact=structure=always"],
    "rerank": ["--recipe", "deskew,gradient,nda=16", "--rerank",
               "idm=view=deskew+tangent=view=moments", "--combine", "sum"],
}


def read(example, path):
    names, argv = {}, sys.argv
    sys.argv = ["example", path]
    with contextlib.redirect_stdout(io.StringIO()):
        exec(example, names)
    sys.argv = argv
    return names


def main():
    numeral, root = sys.argv[1:3]
    with open(os.path.join(root, "docs", "format.md"), encoding="utf-8") as file:
        text = file.read()
    example = re.search(r"```python\n(.*?)```", text, re.S).group(1)
    models = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, options in MODELS.items():
            path = os.path.join(folder, name)
            subprocess.run([numeral, "train", DATA, *options, "-q", "-o", path], check=True)
            models[name] = read(example, path)
            taught = path + "-taught"
            subprocess.run([numeral, "teach", path, TAUGHT, "--remove", GONE, "-q", "-o",
                            taught], check=True)
            models[name + " taught"] = read(example, taught)
        path = os.path.join(folder, "data.npz")
        subprocess.run([numeral, "data", "convert", "pen:train[0:1540]", "-o", path, "-q"],
                       check=True)
        with np.load(path) as data:
            images = next(data[key] for key in data if data[key].ndim == 3)
    pixels = images.reshape(len(images), -1)
    left = [0 < row < 700 or row > 709 for row in range(1540)]
    for name in ("columns", "rows", "exact"):
        assert np.array_equal(models[name]["rows"], pixels[:1500]), name
        taught = models[name + " taught"]
        assert np.array_equal(taught["rows"], pixels[left]), name
        assert np.array_equal(taught["numbers"], np.nonzero(left)[0]), name
        assert json.loads(taught["about"]["taught"]) == [[TAUGHT, 40]]
    assert np.array_equal(models["pca-rows"]["rows"], models["pca-exact"]["rows"])
    assert models["pca-rows"]["rows"].std() > 100
    assert np.array_equal(models["i8"]["rows"], models["direct"]["rows"])
    assert "index.rows" not in models["direct"]["tensors"]
    centred = models["i8"]["rows"].astype(int) - 128
    assert abs(centred.mean()) < 1 < centred.std(), (centred.mean(), centred.std())
    for model in models.values():
        for key in model["about"]:
            key = re.sub(r"^xxh3\..*", "xxh3.NAME", key)
            assert f"`{key}`" in text, f"docs/format.md does not tell of metadata {key}"
        for tensor in model["tensors"]:
            tensor = re.sub(r"fitted\.\d\.\d", "fitted.N.M", tensor)
            tensor = re.sub(r"pad\.\d+", "pad.N", tensor)
            tensor = re.sub(r"segment\.\d+\.(index)?", r"\1" if "index" in tensor else
                            "segment.N.", tensor)
            assert f"`{tensor}`" in text, f"docs/format.md does not tell of tensor {tensor}"
            assert model["header"][tensor]["data_offsets"][0] % 64 == 0 \
                if tensor in model["header"] and not tensor.startswith("pad.") else True
        assert model["about"]["version"] == "2"
        assert list(model["tensors"])[-1] == "header"
        assert json.loads(model["about"]["classes"]) == list(range(10))
    assert len(models["rerank"]["tensors"]["rerank.units"]) == 2
    assert models["calibrated"]["about"]["calibration"].startswith("3 folds of pen:train")
    assert models["calibrated"]["tensors"]["confidence.weights"].shape == (3, 3)
    print(f"{len(models)} models read")


if __name__ == "__main__":
    main()
