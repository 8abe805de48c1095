"""What a model tells of an image: objects that show themselves in a notebook."""

from dataclasses import dataclass, field
from html import escape

import numpy as np

from ._png import as_data_uri, montage, png

__all__ = ["Checkup", "Explanation", "Page", "Reading"]


def _picture(image, caption, scale=3):
    return (f'<figure style="display:inline-block;margin:4px;text-align:center">'
            f'<img style="image-rendering:pixelated" src="{as_data_uri(image, scale)}">'
            f"<figcaption>{escape(caption)}</figcaption></figure>")


def _ink(image):
    """Ink 255 on ground 0 as ink on paper."""
    return 255 - image


@dataclass
class Reading:
    """What a model says of one image.

    Attributes
    ----------
    label : object
        The class, of `classes_`; also where the image is refused.
    confidence : float
        The chance that the label is right, 0 to 1.
    likeness : float
        The share of training images that are as strange, 0 to 1.
    refused : str
        Why the label had better not be told: "blank", "several digits", "no digit"; or "".
    decided : str
        How it came about: "unanimous", "vote" or "second look".
    neighbours : list of (row, distance, label)
        The nearest training rows, the metric's own distances.
    """

    label: object
    confidence: float
    likeness: float
    refused: str
    decided: str
    neighbours: list = field(repr=False)


@dataclass
class Explanation:
    """Every number between an image and its answer.

    Attributes
    ----------
    label, confidence : object, float
        The answer.
    classes, votes : ndarray
        The classes and their shares of the votes.
    stages : list of (name, image)
        The image on its way: as given, framed, behind each transform.
    neighbours : list of dict
        The rows that vote: row, label, distance, length, weight, image.
    decider : str
        What settled it: "vote", "unanimous", "margin" or "second look".
    details : dict
        All the rest, as `numeral why --json` has it.
    """

    label: object
    confidence: float
    classes: np.ndarray
    votes: np.ndarray
    stages: list = field(repr=False)
    neighbours: list = field(repr=False)
    decider: str
    details: dict = field(repr=False)

    def _repr_png_(self):
        stages = [_ink(image) for _, image in self.stages]
        rows = [_ink(n["image"]) for n in self.neighbours if n["image"] is not None]
        return png(montage([stages, rows]), 2)

    def _repr_html_(self):
        stages = "".join(_picture(_ink(image), name) for name, image in self.stages)
        rows = "".join(
            _picture(_ink(n["image"]), f"{n['label']}, {n['length']:.4g}")
            for n in self.neighbours if n["image"] is not None)
        votes = "".join(f"<tr><td>{escape(str(c))}</td><td>{100 * v:.1f} %</td></tr>"
                        for c, v in zip(self.classes, self.votes) if v > 0)
        return (f"<p>Read as <b>{escape(str(self.label))}</b>, "
                f"{100 * self.confidence:.1f} % sure; decided by {escape(self.decider)}.</p>"
                f"<div>{stages}</div><p>Its neighbours, with their labels and distances:</p>"
                f"<div>{rows}</div><table><tr><th>class</th><th>votes</th></tr>{votes}</table>")


@dataclass
class Checkup:
    """What looks wrong with a picture.

    Attributes
    ----------
    findings : list of dict
        name, measure, value, low, high (the normal range), verdict, words.
    n_warnings : int
        How many of them are warnings.
    steps : list of (name, image)
        The picture on its way to the model's frame.
    why : Explanation
        How it is read.
    """

    findings: list
    n_warnings: int
    steps: list = field(repr=False)
    why: Explanation = field(repr=False)

    def _repr_png_(self):
        return png(montage([[image for _, image in self.steps]]), 2)

    def _repr_html_(self):
        steps = "".join(_picture(image, name, 2) for name, image in self.steps)
        lines = "".join(
            f"<tr><td>{'' if f['verdict'] == 'fine' else '!'}</td>"
            f"<td>{escape(f['name'])}</td><td>{f['value']:.4g}</td>"
            f"<td>{f['low']:.4g} to {f['high']:.4g}</td><td>{escape(f['words'])}</td></tr>"
            for f in self.findings)
        return (f"<div>{steps}</div><table><tr><th></th><th>check</th><th>value</th>"
                f"<th>normal</th><th></th></tr>{lines}</table>")


@dataclass
class Page:
    """A page of digits, read line by line.

    Attributes
    ----------
    text : str
        The lines, "?" for what is refused.
    lines : list of dict
        text, confidence, box (top, left, bottom, right) and digits, each with label,
        refused, confidence, box and alternatives.
    skipped : list of (box, why)
        What was seen and not read.
    turned : int
        Degrees, clockwise, that the picture was turned by.
    """

    text: str
    lines: list = field(repr=False)
    skipped: list = field(repr=False)
    turned: int = 0

    def _repr_html_(self):
        lines = "".join(f"<tr><td><code>{escape(line['text'])}</code></td>"
                        f"<td>{100 * line['confidence']:.1f} %</td></tr>"
                        for line in self.lines)
        return f"<table><tr><th>line</th><th>confidence</th></tr>{lines}</table>"
