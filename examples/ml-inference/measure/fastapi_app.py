"""The same route with FastAPI and onnxruntime.

    PENGUINS_MODEL=wide.onnx uvicorn fastapi_app:app --workers 2 --log-level warning
"""

import os
from typing import Literal

import numpy
import onnxruntime
from fastapi import FastAPI
from pydantic import BaseModel, Field

options = onnxruntime.SessionOptions()
# With one process per core, more threads only get in each other's way. 0 is one thread per core.
options.intra_op_num_threads = int(os.environ.get("THREADS", "1"))
session = onnxruntime.InferenceSession(os.environ["PENGUINS_MODEL"], options, providers=["CPUExecutionProvider"])
version = session.get_modelmeta().custom_metadata_map["version"]
NAMES = ["adelie", "chinstrap", "gentoo"]


class Penguin(BaseModel):
    bill_length_mm: float = Field(ge=25, le=70)
    bill_depth_mm: float = Field(ge=10, le=25)
    flipper_length_mm: float = Field(ge=150, le=260)
    body_mass_g: float = Field(ge=2000, le=7500)


class Probabilities(BaseModel):
    adelie: float
    chinstrap: float
    gentoo: float


class Prediction(BaseModel):
    species: Literal["adelie", "chinstrap", "gentoo"]
    probabilities: Probabilities
    model_version: str


app = FastAPI()


@app.post("/predict")
def predict(penguin: Penguin) -> Prediction:
    features = [penguin.bill_length_mm, penguin.bill_depth_mm, penguin.flipper_length_mm, penguin.body_mass_g]
    inputs = numpy.array([features], dtype=numpy.float32)
    (probabilities,) = session.run(None, {"features": inputs})
    values = [float(value) for value in probabilities[0]]
    return Prediction(
        species=NAMES[int(probabilities[0].argmax())],
        probabilities=Probabilities(**dict(zip(NAMES, values))),
        model_version=version,
    )
