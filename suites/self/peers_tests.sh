#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Libraries of others as plug-ins, as far as this build has them: right in whatever they claim, named by
# the kernel that they chose, and warned of where that is a slow one.
#   peers_tests.sh ASSAY
set -u
assay=$(realpath "$1")
# shellcheck source=suites/self/expectations.sh
source "$(dirname "${BASH_SOURCE[0]}")/expectations.sh"

# OP CALLS...: how many calls at least are claimed and right.
right_in() {
  local peer=$1 op=$2 least=$3
  "$assay" run --variant "$peer" --filter "$op/*" --no-speed -o results.json >out 2>&1 </dev/null
  local code=$?
  [[ $code == 0 ]] || { complain "$peer is not right in $op: exit $code"; return; }
  grep -qE ' 0 imprecise, 0 wrong, [0-9]+ unsupported, 0 broken$' out || complain "$peer in $op"
  local right
  right=$(sed -nE 's/^[0-9]+ judged: ([0-9]+) right.*/\1/p' out)
  ((right >= least)) || complain "$peer claims only $right calls of $op"
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
  right_in "$peer" linear 40
  case $peer in
    openblas)
      kernel_is openblas 'sgemm [A-Za-z0-9]+'
      for op in attention unembedding qkv_projection lora classification_head feed_forward mixture_of_experts; do
        right_in "$peer" "$op" 20
      done
      right_in "$peer" encoder_decoder 8
      right_in "$peer" encoder 12
      right_in "$peer" decoder 50
      right_in "$peer" block 40
      grep -q '1 case: no sinks' out || complain "openblas does not say which block it leaves out"
      kernel_is openblas 'composed: sgemm [A-Za-z0-9]+, softmax by plain loops, rms norm and rope and silu of the bench"'
      slow_under "$peer" OPENBLAS_CORETYPE=Haswell
      ;;
    onednn)
      kernel_is onednn 'matmul [a-z]+:[a-z0-9_]+'
      for op in attention unembedding softmax layer_norm activation; do right_in "$peer" "$op" 10; done
      grep -q 'its error function errs' out || complain "onednn does not say why it leaves gelu out"
      for op in qkv_projection lora classification_head mixture_of_experts; do right_in "$peer" "$op" 10; done
      right_in "$peer" feed_forward 10
      kernel_is onednn 'matmul [a-z]+:[a-z0-9_]+, gelu of the bench"'
      right_in "$peer" encoder_decoder 3
      right_in "$peer" encoder 5
      right_in "$peer" decoder 20
      right_in "$peer" block 20
      grep -q '1 case: no sinks' out || complain "onednn does not say which block it leaves out"
      kernel_is onednn 'composed: matmul [a-z]+:[a-z0-9_]+, sgemm, softmax [a-z_]+:[a-z0-9_]+, rms norm and rope of the bench"'
      kernel_is onednn 'composed: matmul [a-z]+:[a-z0-9_]+, sgemm, softmax [a-z_]+:[a-z0-9_]+, layer norm [a-z_]+:[a-z0-9_]+"'
      slow_under "$peer" DNNL_MAX_CPU_ISA=AVX2
      ;;
  esac
done
all_held
