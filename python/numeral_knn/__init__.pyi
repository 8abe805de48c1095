"""Types of the package."""

from ._classifier import NumeralClassifier as NumeralClassifier
from ._core import Index as Index, cpu_name as cpu_name, read_image as read_image
from ._data import load_data as load_data
from ._transformer import NumeralNeighborsTransformer as NumeralNeighborsTransformer

__version__: str
