#!/usr/bin/env bash
# DeepSeek V3: from Hugging Face to Megatron-Core and back, and proof that no bit was lost.
#
#   ./conversion.sh                  a small stand-in with random weights, made on the spot; no network
#   MODEL=deepseek-ai/DeepSeek-V3 ./conversion.sh
#                                    the real one, from the Hub or a folder
#
# WORK is where everything goes (default: work). A second run replaces what the first one wrote.
set -euo pipefail

work=${WORK:-work}/$(basename "${MODEL:-deepseek_v3}")
model=${MODEL:-$work/hf}

if [[ -z ${MODEL:-} ]]; then
  megatron-bridge toy --architecture DeepseekV3ForCausalLM --hf-path "$model" --overwrite \
    --set vocab_size=256
fi

megatron-bridge import --hf-model "$model" --megatron-path "$work/megatron" --tp 2 --ep 2 --overwrite
megatron-bridge compare "$model" "$work/megatron" # through the mapping

megatron-bridge export --megatron-path "$work/megatron" --hf-path "$work/exported" --hf-model "$model" --overwrite
megatron-bridge compare "$model" "$work/exported" # bit for bit

megatron-bridge inspect "$work/megatron" --summary
