"""Upstream's own loader and checks over configurations that we wrote, where Python has megatron.bridge and megatron.core."""

import logging
import os


def available():
    try:
        import megatron.bridge.training.config  # noqa: F401
        import megatron.core  # noqa: F401
    except Exception as e:  # CUDA libraries that are not there end in many ways
        return f"megatron.bridge cannot be imported: {type(e).__name__}: {e}"
    return None


def faults(path, gpus):
    """What upstream drops from a file, and why it refuses the rest; nothing where it trains from it unchanged."""
    import megatron.bridge.training.utils.checkpoint_utils as checkpoints
    from megatron.bridge.training.config import ConfigContainer, runtime_config_update

    told = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())
    logging.getLogger().addHandler(handler)
    before = dict(os.environ)
    exists = checkpoints.file_exists
    try:
        os.environ["WORLD_SIZE"] = str(gpus)
        os.environ["RANK"] = "0"
        checkpoints.file_exists = lambda path: True  # the checkpoint to tune is not here
        config = ConfigContainer.from_yaml(path)
        dropped = [line for line in told if line.startswith("Dropping unexpected config keys") and "_builder_" not in line]
        runtime_config_update(config)
        return dropped
    except Exception as e:
        return [f"{type(e).__name__}: {e}"]
    finally:
        checkpoints.file_exists = exists
        os.environ.clear()
        os.environ.update(before)
        logging.getLogger().removeHandler(handler)
