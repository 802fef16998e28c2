#!/usr/bin/env bash
# {{title}} by the {{kind}} {{recipe}}: from Hugging Face to Megatron, training with NVIDIA's Megatron-Bridge,
[sft] # and back.
[peft] # then the adapter as a folder of peft, and merged into the model.
#
[sft] #   CONTAINER_IMAGE=/images/nemo.sqsh sbatch slurm_sft.sh --set train.train_iters=500
[peft] #   CONTAINER_IMAGE=/images/nemo.sqsh sbatch slurm_peft.sh --set train.train_iters=500
#
# What stands behind the script's name goes to "megatron-bridge recipe show"{{dora}}. MODEL is another
# model of this size (Hub or folder), WORK a folder that all nodes see (default: work), CONTAINER_MOUNTS what else the container is
# to see, such as data and the cache of the Hub. The GPUs are the fewest that the layout runs on. Started again, training goes on
# from its last checkpoint.
#SBATCH --job-name={{recipe}}
#SBATCH --nodes={{nodes}}
#SBATCH --gpus-per-node={{gpus}}
#SBATCH --ntasks-per-node={{gpus}}
#SBATCH --time=04:00:00
set -euo pipefail

: "${CONTAINER_IMAGE:?must name an image that has Megatron-Bridge}"
model=${MODEL:-{{trained}}}
work=$(realpath -m "${WORK:-work}/{{recipe}}")
mkdir -p "$work"

[[ -d $work/base ]] || megatron-bridge import --hf-model "$model" --megatron-path "$work/base"
megatron-bridge recipe show {{recipe}} \
  --set checkpoint.pretrained_checkpoint="$work/base" \
  --set checkpoint.load="$work/trained" \
  --set checkpoint.save="$work/trained" \
  "$@" > "$work/run.yaml"

srun --mpi=pmix --container-image="$CONTAINER_IMAGE" --container-mounts="$work:$work${CONTAINER_MOUNTS:+,$CONTAINER_MOUNTS}" \
  python -c '
import sys
from megatron.bridge.training.config import ConfigContainer
from megatron.bridge.training.finetune import finetune
from {{step}} import forward_step

finetune(config=ConfigContainer.from_yaml(sys.argv[1]), forward_step_func=forward_step)
' "$work/run.yaml"

[peft] megatron-bridge adapter export --megatron-path "$work/trained" --hf-path "$work/adapter" --base-name "$model" --overwrite
[peft] megatron-bridge adapter merge --base "$work/base" --adapter "$work/trained" --output "$work/merged" --overwrite
[peft] megatron-bridge export --megatron-path "$work/merged" --hf-path "$work/tuned" --hf-model "$model" --overwrite
[sft] megatron-bridge export --megatron-path "$work/trained" --hf-path "$work/tuned" --hf-model "$model" --overwrite
