#!/usr/bin/env bash
# Gemma 4 with experts on the CPU: the same text from the Hugging Face folder and from the Megatron checkpoint, spread over ranks.
#
#   ./inference.sh                   a small stand-in with random weights, which has no words, only numbers of tokens
#   MODEL=google/gemma-4-26B-A4B-it PROMPT="Once upon a time" ./inference.sh
#                                    the real one, from the Hub or a folder
#
# Takes the checkpoint of conversion.sh in WORK (default: work), and makes it if it is not there.
set -euo pipefail

work=${WORK:-work}/$(basename "${MODEL:-gemma4}")
model=${MODEL:-$work/hf}

if [[ -n ${MODEL:-} ]]; then
  text=(--prompt "${PROMPT:-Once upon a time}" --max-new-tokens "${TOKENS:-32}")
else
  text=(--prompt-tokens "${PROMPT:-1,2,3,4}" --max-new-tokens "${TOKENS:-8}" --ignore-eos)
  [[ -d $model ]] || megatron-bridge toy --architecture Gemma4ForConditionalGeneration --hf-path "$model" \
    --set text_config.enable_moe_block=true --set text_config.num_experts=4 \
    --set text_config.top_k_experts=2 --set text_config.moe_intermediate_size=32
fi

[[ -d $work/megatron ]] || megatron-bridge import --hf-model "$model" --megatron-path "$work/megatron" --tp 2 --ep 2

megatron-bridge generate --model "$model" "${text[@]}"
megatron-bridge generate --model "$work/megatron" "${text[@]}" --tp 2 --ep 2

# all tensors, the logits, and what goes through every block
megatron-bridge verify --hf-model "$model" --megatron-path "$work/megatron" --layers
