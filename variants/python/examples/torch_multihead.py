# SPDX-License-Identifier: Apache-2.0
"""PyTorch's nn.MultiheadAttention with projections that change nothing.

Its weights are identities, so that what is left of it is the op attention.
"""

import sys

import assay
import numpy as np

try:
    import torch
except ImportError:
    sys.exit("this example needs PyTorch: install python3-torch")


def objection(call):
    q, v = call.inputs["q"], call.inputs["v"]
    if q[3] != v[3]:
        return "one width for q, k and v"
    if call.attributes["scale_rule"] != "rsqrt_head_dim":
        return "only the ordinary scale"
    return None


def layer(heads, width, dtype):
    result = torch.nn.MultiheadAttention(width, heads, bias=False,
                                         batch_first=True, dtype=dtype)
    one = torch.eye(width, dtype=dtype)
    with torch.no_grad():
        result.in_proj_weight.copy_(torch.cat([one, one, one]))
        result.out_proj.weight.copy_(one)
    return result.eval()


@assay.implementation("attention", classes=["f32", "f64"], supports=objection)
def attention(q, k, v, scale_rule, scale, threads, keep=None):
    torch.set_num_threads(threads)
    batch, heads, queries, width = q.shape
    # Shared heads are repeated for it, which it does not do itself.
    k, v = (each.repeat(heads // each.shape[1], axis=1) for each in (k, v))
    side_by_side = [torch.tensor(each.swapaxes(1, 2).reshape(
        batch, each.shape[2], heads * width)) for each in (q, k, v)]
    hidden = None
    if keep is not None:  # True hides here
        hidden = torch.tensor(~np.broadcast_to(
            keep, (batch, heads, queries, k.shape[2]))).flatten(0, 1)
    with torch.no_grad():
        out, _ = layer(heads, heads * width, side_by_side[0].dtype)(
            *side_by_side, attn_mask=hidden, need_weights=False)
    return out.reshape(batch, queries, heads, width).swapaxes(1, 2)
