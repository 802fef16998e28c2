"""Times transformers on the model of `Bench -- generation`: python3 bench/peer/generation.py FOLDER ROUNDS"""

import sys
import time

import torch
from transformers import AutoModelForCausalLM

PROMPT_TOKENS, NEW_TOKENS = 512, 32

folder, rounds = sys.argv[1], int(sys.argv[2])
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
vocabulary = model.config.vocab_size
prompt = torch.tensor([[i * 17 % vocabulary for i in range(1, PROMPT_TOKENS + 1)]])
print("torch", torch.__version__, "threads", torch.get_num_threads())


@torch.no_grad()
def generate(tokens, count):
    begin = time.perf_counter()
    output = model(tokens, use_cache=True, logits_to_keep=1)
    first = time.perf_counter()
    for _ in range(count - 1):
        token = output.logits[:, -1:].argmax(-1)
        output = model(token, past_key_values=output.past_key_values, use_cache=True)
    return first - begin, time.perf_counter() - first


generate(prompt[:, :8], 4)
for number in range(rounds):
    prefill, decode = generate(prompt, NEW_TOKENS)
    print(
        f"round {number}: prefill {PROMPT_TOKENS / prefill:.1f} tokens/s, "
        f"decode {(NEW_TOKENS - 1) / decode:.2f} tokens/s"
    )
