"""Trains the model of this example, and writes it as ONNX.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 scikit-learn==1.9.1
    venv/bin/python train.py

It writes `penguins.onnx`, and `expected.json` with what onnxruntime predicts, which the tests compare with tract. The data
is made here, with a fixed seed: the means and the deviations are those of the penguins of the Palmer Archipelago
(Gorman, Williams and Fraser, 2014, https://doi.org/10.1371/journal.pone.0090081).

`train.py --hidden 2048 2048 --to wide.onnx` writes a model that is as good and much slower, to measure batches with.
"""

import argparse
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

VERSION = "2026.11.1"
SEED = 20261130
FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
# The mean and the standard deviation of each feature.
SPECIES = {
    "adelie": [(38.8, 2.7), (18.3, 1.2), (190.0, 6.5), (3700.0, 459.0)],
    "chinstrap": [(48.8, 3.3), (18.4, 1.1), (195.8, 7.1), (3733.0, 384.0)],
    "gentoo": [(47.5, 3.1), (15.0, 1.0), (217.2, 6.5), (5076.0, 504.0)],
}


def penguins(count):
    """Returns the features of penguins, `count` of each species, and the numbers of their species."""
    random = np.random.default_rng(SEED)
    features, species = [], []
    for number, distributions in enumerate(SPECIES.values()):
        means, deviations = zip(*distributions)
        features.append(random.normal(means, deviations, (count, len(FEATURES))))
        species.append(np.full(count, number))
    return np.concatenate(features), np.concatenate(species)


def to_onnx(network, mean, deviation, accuracy):
    """Returns a trained network as a model whose input is not scaled, and whose output is a probability per species."""
    constants = {"mean": mean, "deviation": deviation}
    nodes = [
        helper.make_node("Sub", ["features", "mean"], ["centered"]),
        helper.make_node("Div", ["centered", "deviation"], ["layer_0"]),
    ]
    last = len(network.coefs_) - 1
    for number, (weights, bias) in enumerate(zip(network.coefs_, network.intercepts_)):
        constants |= {f"weights_{number}": weights, f"bias_{number}": bias}
        inputs = [f"layer_{number}", f"weights_{number}", f"bias_{number}"]
        nodes.append(helper.make_node("Gemm", inputs, [f"sum_{number}"]))
        activate, output = ("Softmax", "probabilities") if number == last else ("Relu", f"layer_{number + 1}")
        nodes.append(helper.make_node(activate, [f"sum_{number}"], [output]))
    graph = helper.make_graph(
        nodes,
        "penguins",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", len(FEATURES)])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", len(SPECIES)])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(
        model,
        {
            "version": VERSION,
            "features": ",".join(FEATURES),
            "classes": ",".join(SPECIES),
            "accuracy": f"{accuracy:.4f}",
        },
    )
    onnx.checker.check_model(model)
    return model


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--hidden", type=int, nargs="+", default=[16])
    arguments.add_argument("--to", type=pathlib.Path)
    arguments = arguments.parse_args()
    folder = pathlib.Path(__file__).parent

    features, species = penguins(1000)
    train, test, train_species, test_species = train_test_split(features, species, random_state=SEED)
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    network = MLPClassifier(arguments.hidden, max_iter=300 if not arguments.to else 3, random_state=SEED)
    network.fit((train - mean) / deviation, train_species)
    accuracy = accuracy_score(test_species, network.predict((test - mean) / deviation))
    model = to_onnx(network, mean, deviation, accuracy)
    onnx.save(model, arguments.to or folder / "penguins.onnx")
    print(f"accuracy {accuracy:.4f}, {len(model.SerializeToString())} bytes")

    if not arguments.to:
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        inputs = test[:12].astype(np.float32).round(1)
        (probabilities,) = session.run(None, {"features": inputs})
        expected = [
            {
                "features": {name: round(float(value), 1) for name, value in zip(FEATURES, row)},
                "probabilities": {name: float(value) for name, value in zip(SPECIES, outputs)},
            }
            for row, outputs in zip(inputs, probabilities)
        ]
        (folder / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")


if __name__ == "__main__":
    main()
