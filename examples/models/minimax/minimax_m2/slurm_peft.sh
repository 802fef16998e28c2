#!/usr/bin/env bash
# MiniMax M2 by the derived recipe minimax_m2_peft: from Hugging Face to Megatron, training with NVIDIA's Megatron-Bridge,
# then the adapter as a folder of peft, and merged into the model.
#
#   CONTAINER_IMAGE=/images/nemo.sqsh sbatch slurm_peft.sh --set train.train_iters=500
#
# What stands behind the script's name goes to "megatron-bridge recipe show"; --dora trains DoRA. MODEL is another
# model of this size (Hub or folder), WORK a folder that all nodes see (default: work), CONTAINER_MOUNTS what else the container is
# to see, such as data and the cache of the Hub. The GPUs are the fewest that the layout runs on. Started again, training goes on
# from its last checkpoint.
#SBATCH --job-name=minimax_m2_peft
#SBATCH --nodes=1
#SBATCH --gpus-per-node=8
#SBATCH --ntasks-per-node=8
#SBATCH --time=04:00:00
set -euo pipefail

: "${CONTAINER_IMAGE:?must name an image that has Megatron-Bridge}"
model=${MODEL:-MiniMaxAI/MiniMax-M2}
work=$(realpath -m "${WORK:-work}/minimax_m2_peft")
mkdir -p "$work"

[[ -d $work/base ]] || megatron-bridge import --hf-model "$model" --megatron-path "$work/base"
megatron-bridge recipe show minimax_m2_peft \
  --set checkpoint.pretrained_checkpoint="$work/base" \
  --set checkpoint.load="$work/trained" \
  --set checkpoint.save="$work/trained" \
  "$@" > "$work/run.yaml"

srun --mpi=pmix --container-image="$CONTAINER_IMAGE" --container-mounts="$work:$work${CONTAINER_MOUNTS:+,$CONTAINER_MOUNTS}" \
  python -c '
import sys
from megatron.bridge.training.config import ConfigContainer
from megatron.bridge.training.finetune import finetune
from megatron.bridge.training.gpt_step import forward_step

finetune(config=ConfigContainer.from_yaml(sys.argv[1]), forward_step_func=forward_step)
' "$work/run.yaml"

megatron-bridge adapter export --megatron-path "$work/trained" --hf-path "$work/adapter" --base-name "$model" --overwrite
megatron-bridge adapter merge --base "$work/base" --adapter "$work/trained" --output "$work/merged" --overwrite
megatron-bridge export --megatron-path "$work/merged" --hf-path "$work/tuned" --hf-model "$model" --overwrite
