"""What hub.py calls. The last line on stdout is the answer."""

import hashlib
import json
import os
import sys
import time

import huggingface_hub
from filelock import Timeout
from huggingface_hub.utils import WeakFileLock


def download(repository, revision, patterns, local):
    """Fetches or finds a snapshot."""
    path = huggingface_hub.snapshot_download(
        repository, revision=revision, allow_patterns=patterns, local_files_only=local
    )
    return {"path": path, "files": hashes(path)}


def find(repository, revision, names):
    """Finds single files in the cache."""
    return [
        huggingface_hub.hf_hub_download(repository, name, revision=revision, local_files_only=True) for name in names
    ]


def fetch(repository, names):
    """Fetches single files, as transformers does."""
    return [huggingface_hub.hf_hub_download(repository, name) for name in names]


def scan():
    """What the cache's own inspector finds in it."""
    cache = huggingface_hub.scan_cache_dir()
    return {
        "warnings": [str(warning) for warning in cache.warnings],
        "repositories": {
            repo.repo_id: {
                "size": repo.size_on_disk,
                "refs": {name: revision.commit_hash for name, revision in repo.refs.items()},
                "files": sorted(file.file_name for revision in repo.revisions for file in revision.files),
            }
            for repo in cache.repos
        },
    }


def verify(repository, revision):
    """Compares the hashes of all cached files with those of the Hub."""
    result = huggingface_hub.HfApi().verify_repo_checksums(repository, revision=revision)
    return {"checked": result.checked_count, "mismatches": [str(mismatch) for mismatch in result.mismatches]}


def upload(folder, repository, message, private):
    """Makes a repository and a commit of a folder."""
    huggingface_hub.create_repo(repository, private=private, exist_ok=True)
    return huggingface_hub.upload_folder(repo_id=repository, folder_path=folder, commit_message=message).oid


def load(repository):
    """Opens a model and its tokenizer by their name."""
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(repository)
    tokenizer = transformers.AutoTokenizer.from_pretrained(repository)
    return {"parameters": model.num_parameters(), "tokens": tokenizer("t3 t5 t7").input_ids}


def hold(lock, ready, seconds):
    """Holds a lock for a while, after it has made a file that tells so."""
    os.makedirs(os.path.dirname(lock), exist_ok=True)
    with WeakFileLock(lock):
        open(ready, "w").close()
        time.sleep(seconds)
    return time.time()


def is_held(lock):
    """Tries to take a lock for a moment."""
    try:
        with WeakFileLock(lock, timeout=0.3):
            return False
    except Timeout:
        return True


def hashes(folder):
    return {
        os.path.relpath(os.path.join(path, name), folder): hashlib.sha256(
            open(os.path.join(path, name), "rb").read()
        ).hexdigest()
        for path, _, names in os.walk(folder)
        for name in names
    }


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*json.loads(sys.argv[2]))))
