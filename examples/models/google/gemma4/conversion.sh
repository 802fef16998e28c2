#!/usr/bin/env bash
# Gemma 4 with experts: from Hugging Face to Megatron-Core and back, and proof that no bit was lost.
#
#   ./conversion.sh                  a small stand-in with random weights, made on the spot; no network
#   MODEL=google/gemma-4-26B-A4B-it ./conversion.sh
#                                    the real one, from the Hub or a folder
#
# WORK is where everything goes (default: work). A second run replaces what the first one wrote.
set -euo pipefail

work=${WORK:-work}/$(basename "${MODEL:-gemma4}")
model=${MODEL:-$work/hf}

if [[ -z ${MODEL:-} ]]; then
  megatron-bridge toy --architecture Gemma4ForConditionalGeneration --hf-path "$model" --overwrite \
    --set text_config.enable_moe_block=true --set text_config.num_experts=4 \
    --set text_config.top_k_experts=2 --set text_config.moe_intermediate_size=32
fi

megatron-bridge import --hf-model "$model" --megatron-path "$work/megatron" --tp 2 --ep 2 --overwrite
megatron-bridge compare "$model" "$work/megatron" # through the mapping

megatron-bridge export --megatron-path "$work/megatron" --hf-path "$work/exported" --hf-model "$model" --overwrite
megatron-bridge compare "$model" "$work/exported" # bit for bit

megatron-bridge inspect "$work/megatron" --summary
