"""Types of the package."""

from ._classifier import NumeralClassifier as NumeralClassifier
from ._core import Index as Index, cpu_name as cpu_name, read_image as read_image
from ._transformer import NumeralNeighborsTransformer as NumeralNeighborsTransformer

__version__: str
