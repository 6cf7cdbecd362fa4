# SPDX-License-Identifier: Apache-2.0
"""PyTorch's scaled_dot_product_attention.

What it does not offer is unsupported; where it means something else than the
clause, the run says so.
"""

import sys

import assay

try:
    import torch
    from torch.nn.functional import scaled_dot_product_attention
except ImportError:
    sys.exit("this example needs PyTorch 2.5 or later: pip install torch")


def objection(call):
    if call.attributes["causal"] == "bottom_right":
        return "is_causal is the other alignment, top_left"
    if {"mask", "keep"} <= set(call.inputs):
        return "takes one mask, additive or boolean"
    if call.attributes["causal"] != "none" and len(call.inputs) > 3:
        return "takes a mask or is_causal"
    return None


@assay.implementation("attention", classes=["f32", "f64"], supports=objection)
def attention(q, k, v, scale_rule, scale, causal, threads, mask=None,
              keep=None):
    torch.set_num_threads(threads)
    given = keep if mask is None else mask
    # PyTorch offers no read-only tensors: without a copy it would warn.
    q, k, v = (torch.tensor(each) for each in (q, k, v))
    return scaled_dot_product_attention(
        q, k, v, attn_mask=None if given is None else torch.tensor(given),
        is_causal=causal == "top_left", enable_gqa=True,
        scale={"given": scale, "none": 1.0}.get(scale_rule))
