#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Libraries of others as plug-ins, as far as this build has them: right in whatever they claim, named by
# the kernel that they chose, and warned of where that is a slow one.
#   peers_tests.sh ASSAY
set -u
assay=$(realpath "$1")
# shellcheck source=suites/self/expectations.sh
source "$(dirname "${BASH_SOURCE[0]}")/expectations.sh"

# Judges every op that a peer might claim, once: most of a run is reading the cases.
judge() { # PEER
  "$assay" run --variant "$1" --no-speed -o results.json -o results.xml >out 2>&1 </dev/null
  local code=$?
  [[ $code == 0 ]] || complain "$1 is not right: exit $code"
  grep -qE ' 0 imprecise, 0 wrong, [0-9]+ unsupported, 0 broken$' out || complain "$1: $(tail -1 out)"
}

# How many calls at least of each op are claimed and right.
right_in() { # PEER LEAST OP...
  local peer=$1 least=$2 op tests skipped
  shift 2
  for op in "$@"; do
    read -r tests skipped < <(sed -nE 's/.*<testsuite name="'"$peer.$op"'" tests="([0-9]+)" failures="0" errors="0" skipped="([0-9]+)".*/\1 \2/p' results.xml)
    ((${tests:-0} - ${skipped:-0} >= least)) || complain "$peer claims only $((${tests:-0} - ${skipped:-0})) calls of $op"
  done
}

kernel_is() { # PEER PATTERN
  grep -qE "\"kernel\": *\"$2" results.json || complain "$1 names no kernel like $2"
}

# Where the environment of the worker asks for old instructions.
slow_under() { # PEER SETTING
  "$assay" run --variant "$1" --filter linear/5x7-to-11 --class f32 --worker-wrapper "env $2" -o slow.json >out 2>&1 </dev/null
  if grep -q avx512f /proc/cpuinfo; then
    grep -qE "^assay: warning: $1 chose a slow kernel: .*while this processor has AVX-512 \(1 call\)" out ||
      complain "$1 under $2 is not warned of"
    grep -qE "\"$1 chose a slow kernel: " slow.json || complain "$1 under $2: the report does not say it"
  fi
}

peers=$("$assay" list variants | awk '$3 == "a" && $4 == "plug-in:" {print $1}')
if [[ -z $peers ]]; then
  echo "no peer was found when this was built: libopenblas-dev, libdnnl-dev"
  exit 77 # skipped
fi
for peer in $peers; do
  echo "== $peer"
  plugin=$("$assay" list variants | awk -v peer="$peer" '$1 == peer {print $5}')
  "$assay" run --plugin "$plugin" --filter linear/5x7-to-11 --class f32 >out 2>&1 </dev/null || complain "$peer by its path"
  judge "$peer"
  case $peer in
    openblas)
      right_in openblas 80 linear
      right_in openblas 20 attention unembedding qkv_projection lora classification_head feed_forward mixture_of_experts
      right_in openblas 8 encoder_decoder encoder
      right_in openblas 40 block decoder
      grep -q 'openblas block f32: 1 case: no sinks' out || complain "openblas does not say which block it leaves out"
      kernel_is openblas 'sgemm [A-Za-z0-9]+"'
      kernel_is openblas 'composed: sgemm [A-Za-z0-9]+, softmax by plain loops, rms norm and rope and silu of the bench"'
      slow_under "$peer" OPENBLAS_CORETYPE=Haswell
      ;;
    onednn)
      right_in onednn 40 linear
      right_in onednn 100 attention
      right_in onednn 10 unembedding softmax layer_norm activation qkv_projection lora classification_head feed_forward mixture_of_experts
      right_in onednn 3 encoder_decoder encoder
      right_in onednn 20 block decoder
      grep -q 'its error function errs' out || complain "onednn does not say why it leaves gelu out"
      grep -q 'onednn block f32: 1 case: no sinks' out || complain "onednn does not say which block it leaves out"
      kernel_is onednn 'matmul [a-z]+:[a-z0-9_]+"'
      kernel_is onednn 'matmul [a-z]+:[a-z0-9_]+, gelu of the bench"'
      kernel_is onednn 'composed: matmul [a-z]+:[a-z0-9_]+, sgemm, softmax [a-z_]+:[a-z0-9_]+, rms norm and rope of the bench"'
      kernel_is onednn 'composed: matmul [a-z]+:[a-z0-9_]+, sgemm, softmax [a-z_]+:[a-z0-9_]+, layer norm [a-z_]+:[a-z0-9_]+"'
      slow_under "$peer" DNNL_MAX_CPU_ISA=AVX2
      ;;
  esac
done
all_held
