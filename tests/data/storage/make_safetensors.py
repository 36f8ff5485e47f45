# SPDX-License-Identifier: GPL-3.0-or-later
# Writes peer.safetensors with the real package: python3 make_safetensors.py (numpy 2, safetensors 0.6 or later).
import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "layer.weight": np.array([[0.5, -1, 2], [1e-30, 3.25, -0.0]], dtype=np.float32),
        "half": np.array([1, -2, 65504, 2.0**-24, 0], dtype=np.float16),
        "double": np.array([np.pi], dtype=np.float64),
        "steps": np.array([1, -(2**62)], dtype=np.int64),
        "scalar": np.array(7, dtype=np.uint8),
    },
    "peer.safetensors",
    metadata={"format": "pt"},
)
