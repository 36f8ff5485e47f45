#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts about whole networks, from PyTorch modules written by hand from the papers and torchvision's source.

Writes networks.json (parameter counts, multiply-adds, parameter names and shapes) and rocket-64.safetensors (one picture
at 64 x 64 with the logits and the embedding of EfficientNet-Lite0 under the starter weights). Given the folder with
the starter weights' own reference, it first checks its EfficientNet-Lite0 against that.

    /usr/bin/python3 tests/data/network/make_networks.py BACKBONE_FOLDER    (python3-torch 1.13.1, PIL, safetensors)
"""
import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
here = pathlib.Path(__file__).parent


class SameConv(nn.Conv2d):
    def forward(self, x):
        pads = []
        for n in (x.shape[3], x.shape[2]):
            k, s = self.kernel_size[0], self.stride[0]
            total = max(k - s, 0) if n % s == 0 else max(k - n % s, 0)
            pads += [total // 2, total - total // 2]
        return F.conv2d(F.pad(x, pads), self.weight, None, self.stride, 0, 1, self.groups)


def norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class LiteBlock(nn.Module):
    def __init__(self, kernel, stride, expansion, i, o):
        super().__init__()
        wide = i * expansion
        self.adds = stride == 1 and i == o
        if expansion != 1:
            self._expand_conv, self._bn0 = SameConv(i, wide, 1, bias=False), norm(wide)
        self._depthwise_conv = SameConv(wide, wide, kernel, stride, groups=wide, bias=False)
        self._bn1 = norm(wide)
        self._project_conv, self._bn2 = SameConv(wide, o, 1, bias=False), norm(o)

    def forward(self, x):
        y = F.relu6(self._bn0(self._expand_conv(x))) if hasattr(self, "_expand_conv") else x
        y = self._bn2(self._project_conv(F.relu6(self._bn1(self._depthwise_conv(y)))))
        return x + y if self.adds else y


class Lite0(nn.Module):
    def __init__(self, classes):
        super().__init__()
        stages = [(1, 3, 1, 1, 32, 16), (2, 3, 2, 6, 16, 24), (2, 5, 2, 6, 24, 40), (3, 3, 2, 6, 40, 80),
                  (3, 5, 1, 6, 80, 112), (4, 5, 2, 6, 112, 192), (1, 3, 1, 6, 192, 320)]
        self._conv_stem, self._bn0 = SameConv(3, 32, 3, 2, bias=False), norm(32)
        self._blocks = nn.ModuleList(LiteBlock(k, s if n == 0 else 1, e, i if n == 0 else o, o)
                                     for r, k, s, e, i, o in stages for n in range(r))
        self._conv_head, self._bn1 = SameConv(320, 1280, 1, bias=False), norm(1280)
        self._fc = nn.Linear(1280, classes)

    def forward(self, x):
        x = F.relu6(self._bn0(self._conv_stem(x)))
        for block in self._blocks:
            x = block(x)
        embedding = F.relu6(self._bn1(self._conv_head(x))).mean((2, 3))
        return self._fc(embedding), embedding


class BasicBlock(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
        self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        if stride != 1 or i != o:
            self.downsample = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))


class ResNet18(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        for n, (i, o) in enumerate(((64, 64), (64, 128), (128, 256), (256, 512)), 1):
            setattr(self, f"layer{n}", nn.Sequential(BasicBlock(i, o, 1 if n == 1 else 2), BasicBlock(o, o, 1)))
        self.fc = nn.Linear(512, classes)

    def forward(self, x):
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        embedding = x.mean((2, 3))
        return self.fc(embedding), embedding


def facts(network, edge):
    total = 0

    def count(module, _, output):
        nonlocal total
        w = module.weight
        total += output[0].numel() * (w.numel() // w.shape[0])

    hooks = [m.register_forward_hook(count) for m in network.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    network.eval()
    with torch.no_grad():
        network(torch.zeros(1, 3, edge, edge))
    for hook in hooks:
        hook.remove()
    tensors = {k: list(v.shape) for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    return {"edge": edge, "parameters": sum(p.numel() for p in network.parameters()), "multiply_adds": total,
            "tensors": tensors}


def read_safetensors(path):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    types = {"F16": np.float16, "F32": np.float32, "I64": np.int64}
    return {k: torch.from_numpy(np.frombuffer(data[8 + size:], types[v["dtype"]], (v["data_offsets"][1] - v["data_offsets"][0]) // np.dtype(types[v["dtype"]]).itemsize,
                                              v["data_offsets"][0]).reshape(v["shape"]).astype(np.float32))
            for k, v in header.items() if k != "__metadata__"}


def write_safetensors(path, tensors, metadata):
    names = {np.dtype(np.uint8): "U8", np.dtype(np.float32): "F32"}
    header, body = {"__metadata__": metadata}, b""
    for name, value in sorted(tensors.items(), key=lambda kv: (-kv[1].dtype.itemsize, kv[0])):
        header[name] = {"dtype": names[value.dtype], "shape": list(value.shape),
                        "data_offsets": [len(body), len(body) + value.nbytes]}
        body += value.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


def starter_network(folder):
    network = Lite0(1000)
    network.load_state_dict(read_safetensors(folder / "efficientnet-lite0.fp16.safetensors"), strict=False)
    return network.eval()


def prepared(picture):
    return ((torch.from_numpy(np.asarray(picture)).float() - 127) / 128).permute(2, 0, 1)[None]


if __name__ == "__main__":
    (here / "networks.json").write_text(json.dumps(
        {"torch": torch.__version__, "efficientnet-lite0": facts(Lite0(1000), 224), "resnet18": facts(ResNet18(1000), 224)},
        separators=(",", ":")) + "\n")
    if len(sys.argv) > 1:
        from PIL import Image
        folder = pathlib.Path(sys.argv[1])
        network = starter_network(folder)
        reference = json.loads((folder / "reference.json").read_text())
        with torch.no_grad():
            for name, expected in reference.items():
                if name.endswith(".png"):
                    logits, embedding = network(prepared(Image.open(folder / name).convert("RGB")))
                    off = (logits[0, :8] - torch.tensor(expected["logits_first8"])).abs().max().item()
                    off = max(off, abs(embedding[0].norm().item() - expected["embedding_l2"]))
                    print(name, "difference to the reference", off)
                    assert off < 1e-3
            small = Image.open(folder / "rocket-224.png").convert("RGB").resize((64, 64), Image.BILINEAR)
            logits, embedding = network.double()(prepared(small).double())
        write_safetensors(here / "rocket-64.safetensors",
                          {"pixels": np.asarray(small)[None], "logits": logits.numpy().astype(np.float32),
                           "embedding": embedding.numpy().astype(np.float32)},
                          {"source": "rocket-224.png (CC0), Pillow BILINEAR to 64 x 64"})
