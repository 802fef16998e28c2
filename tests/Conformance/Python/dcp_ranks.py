"""torch.distributed.checkpoint with several ranks: processes that save or load one checkpoint together."""

import json
import multiprocessing
import os
import socket
import tempfile

import tensors
import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
import torch.multiprocessing
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Replicate, Shard

# Ranks are forked from a process that has torch, but no threads yet.
multiprocessing.set_forkserver_preload(["torch.distributed.checkpoint", "torch.distributed.tensor"])

# Of each key the dtype, the shape, and how the two dimensions of the mesh cut it.
WHOLE = {
    "embedding": ("BF16", [12, 8], [Shard(0), Replicate()]),
    "columns": ("F32", [6, 8], [Shard(1), Replicate()]),
    "grid": ("F16", [8, 6], [Shard(0), Shard(1)]),
    "uneven": ("I64", [7, 3], [Shard(0), Replicate()]),
    "replicated": ("U8", [5], [Replicate(), Replicate()]),
    "scalar": ("F64", [], [Replicate(), Replicate()]),
}


def whole(key):
    dtype, shape, _ = WHOLE[key]
    return tensors.random(dtype, shape, sum(key.encode()))


def save(folder, threads, one_file_a_rank):
    """Four ranks in a 2 x 2 mesh save tensors that are cut in several ways; returns what the whole ones are."""
    run(save_rank, 4, folder, threads, one_file_a_rank)
    return {key: tensors.describe(whole(key)) for key in WHOLE}


def save_rank(folder, threads, one_file_a_rank):
    mesh = init_device_mesh("cpu", (2, 2))
    state = {key: cut(mesh, whole(key), WHOLE[key][2]) for key in WHOLE}
    state["object"] = {"iteration": 5, "name": "x"}
    writer = dcp.FileSystemWriter(folder, single_file_per_rank=one_file_a_rank, thread_count=threads)
    dcp.save(state, storage_writer=writer)


def load_rows(folder, keys, ranks):
    """Several ranks load their rows of each tensor, whatever its chunks are; returns what each of them has."""
    with tempfile.TemporaryDirectory() as answers:
        run(load_rows_of_rank, ranks, folder, keys, answers)
        return [json.load(open(f"{answers}/{rank}")) for rank in range(ranks)]


def load_rows_of_rank(folder, keys, answers):
    mesh = init_device_mesh("cpu", (dist.get_world_size(),))
    metadata = dcp.FileSystemReader(folder).read_metadata().state_dict_metadata
    state = {
        key: cut(mesh, torch.empty(metadata[key].size, dtype=metadata[key].properties.dtype), [Shard(0)])
        for key in keys
    }
    dcp.load(state, checkpoint_id=folder)
    with open(f"{answers}/{dist.get_rank()}", "w") as file:
        json.dump({key: tensors.describe(value.to_local()) for key, value in state.items()}, file)


def run(function, ranks, *arguments):
    """Calls a function in several processes that can talk to each other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    torch.multiprocessing.start_processes(
        run_rank, (function, ranks, port, arguments), nprocs=ranks, start_method="forkserver"
    )


def run_rank(rank, function, ranks, port, arguments):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    dist.init_process_group("gloo", rank=rank, world_size=ranks)
    function(*arguments)
    dist.destroy_process_group()


def cut(mesh, tensor, placements):
    """The part of this rank, without asking the others: gloo does not send every dtype."""
    local = tensor
    for axis, placement in enumerate(placements):
        if isinstance(placement, Shard):
            pieces = local.chunk(mesh.size(axis), placement.dim)
            local = pieces[mesh.get_local_rank(axis)]
    return DTensor.from_local(
        local.contiguous(), mesh, placements, run_check=False, shape=tensor.shape, stride=tensor.stride()
    )
