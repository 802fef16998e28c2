#!/usr/bin/env bash
# Ministral 3: from Hugging Face to Megatron-Core and back, and proof that no bit was lost.
#
#   ./conversion.sh                  a small stand-in with random weights, made on the spot; no network
#   MODEL=mistralai/Ministral-3-3B-Instruct-2512 ./conversion.sh
#                                    the real one, from the Hub or a folder
#
# WORK is where everything goes (default: work). A second run replaces what the first one wrote.
set -euo pipefail

work=${WORK:-work}/$(basename "${MODEL:-ministral3}")
model=${MODEL:-$work/hf}

if [[ -z ${MODEL:-} ]]; then
  megatron-bridge toy --architecture Mistral3ForConditionalGeneration --hf-path "$model" --overwrite
fi

megatron-bridge import --hf-model "$model" --megatron-path "$work/megatron" --tp 2 --overwrite
megatron-bridge compare "$model" "$work/megatron" # through the mapping

megatron-bridge export --megatron-path "$work/megatron" --hf-path "$work/exported" --hf-model "$model" --overwrite
megatron-bridge compare "$model" "$work/exported" # bit for bit

megatron-bridge inspect "$work/megatron" --summary
