#!/usr/bin/env bash
# Ministral 3 on the CPU: the same text from the Hugging Face folder and from the Megatron checkpoint, spread over ranks.
#
#   ./inference.sh                   a small stand-in with random weights, which has no words, only numbers of tokens
#   MODEL=mistralai/Ministral-3-3B-Instruct-2512 PROMPT="Once upon a time" ./inference.sh
#                                    the real one, from the Hub or a folder
#
# Takes the checkpoint of conversion.sh in WORK (default: work), and makes it if it is not there.
set -euo pipefail

work=${WORK:-work}/$(basename "${MODEL:-ministral3}")
model=${MODEL:-$work/hf}

if [[ -n ${MODEL:-} ]]; then
  text=(--prompt "${PROMPT:-Once upon a time}" --max-new-tokens "${TOKENS:-32}")
else
  text=(--prompt-tokens "${PROMPT:-1,2,3,4}" --max-new-tokens "${TOKENS:-8}" --ignore-eos)
  [[ -d $model ]] || megatron-bridge toy --architecture Mistral3ForConditionalGeneration --hf-path "$model"
fi

[[ -d $work/megatron ]] || megatron-bridge import --hf-model "$model" --megatron-path "$work/megatron" --tp 2

megatron-bridge generate --model "$model" "${text[@]}"
megatron-bridge generate --model "$work/megatron" "${text[@]}" --tp 2

# all tensors, the logits, and what goes through every block
megatron-bridge verify --hf-model "$model" --megatron-path "$work/megatron" --layers
