"""What the real tokenizers library makes of texts: for real tokenizer files and for small ones that together have every component."""
import base64
import json
import os
import random

from tokenizers import AddedToken, Regex, Tokenizer, decoders as D, models as M, normalizers as N, pre_tokenizers as P
from tokenizers import processors as O, trainers as T

TEXTS = [
    "", "Hello, world!", " leading", "trailing ", "  two  spaces  ", "\n\n\r\n\r \t\t x", "x \n\n  y\n",
    "don't DON'T I'll we've they're he'd IT'S it\u2019s 'S '\u017f 'LL 'Re",
    "The quick brown fox jumps over 13 lazy dogs 1234567890 3.14159 1,000,000 ١٢٣ ४५६ Ⅻ ½ ²³ 𝟘𝟙𝟚",
    "def f(x):\n    return x**2  # comment\n\n\tif (a<=b && c!=d) { printf(\"%d\\n\", a); }\n    \n        \n",
    "日本語のテキスト、漢字とかなカナ。한국어 텍스트 中文文本，测试。ไทย ภาษา العربية עברית हिन्दी বাংলা தமிழ் Ελληνικά Русский текст Việt Nam",
    "👨‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ❤️ 🏳️‍🌈 e\u0301 é n\u0303 \u0041\u030a Å \u212b ﬁ ﬀ ﬆ ﷺ ㍻ ①",
    "a\u0000b\u0001\u0007\u001b\u007f\u0080\u008f\u009f\ufeff\u200b\u200d\u2028\u2029\u00a0\u3000\u180e\u0085",
    "ab" * 60, " " * 60, "\n" * 30, "\t" * 20, "!" * 50, "=-" * 30, "9" * 50, "x" * 200,
    "\U0001d49c\U0001d4b7 𝔘𝔫𝔦 𐍈 \U0001f600\U000e0067 \U0010ffff \uffff \ufffd", "<0x41> <0xE2> ▁ ▁▁ _ ▁a",
    "İstanbul ǅ ß ẞ ſ K Å Σςσ ΑΣ", "https://example.com/path?a=b&c=d#e user@host.org C:\\Windows /usr/bin/env",
    "CamelCaseWords snake_case_words SCREAMING_CASE kebab-case XMLHttpRequest iPhone15Pro",
    "Donaudampfschifffahrtsgesellschaftskapitän antidisestablishmentarianism do not 've n't",
    "가각갂 \u1100\u1161\u11a8 \u1112\u1161\u11ab e\u0323\u0302 ệ a\u0315\u0300\u05ae\u0062 q\u0307\u0323 \u0958 \u0344 \u0f73 \u2adc \ufb1d \U0001d15e",
]
WORDS = "the of and a to in is you that it he was for on are as with his they I at be this have from or one had by word but not".split()
SPACES = [" "] * 8 + ["  ", "   ", "\n", "\n\n", "\r\n", "\t", " \n", "\n ", "\u00a0", "\u3000", "    "]
RANGES = [(0x20, 0x7E)] * 6 + [
    (0, 0xFF), (0x100, 0x24F), (0x250, 0x36F), (0x370, 0x5FF), (0x600, 0x8FF), (0x900, 0xDFF), (0xE00, 0x109F), (0x10A0, 0x13FF),
    (0x1400, 0x1FFF), (0x2000, 0x2BFF), (0x2C00, 0x2FFF), (0x3000, 0x33FF), (0x4E00, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7A3),
    (0xE000, 0xF8FF), (0xF900, 0xFFFF), (0x10000, 0x10FFF), (0x11000, 0x12FFF), (0x16000, 0x1BCFF), (0x1D000, 0x1D7FF),
    (0x1E000, 0x1EFFF), (0x1F000, 0x1FAFF), (0x20000, 0x323AF), (0xE0000, 0xE01EF), (0, 0x10FFFF),
]  # fmt: skip


def _character(choose):
    first, last = choose.choice(RANGES)
    code = choose.randint(first, last)
    return chr(code) if not 0xD800 <= code < 0xE000 else _character(choose)


def _piece(choose, special):
    kind = choose.randrange(9)
    word = choose.choice(WORDS)
    if kind == 0:
        return choose.choice(SPACES)
    if kind == 1:
        return str(choose.randint(0, 10 ** choose.randint(1, 9)))
    if kind == 2 and special:
        return choose.choice(special)
    if kind == 3:
        first, last = choose.choice(RANGES)
        codes = [choose.randint(first, last) for _ in range(choose.randint(1, 10))]
        return "".join(chr(c) for c in codes if not 0xD800 <= c < 0xE000)
    if kind == 4:
        return "".join(_character(choose) for _ in range(choose.randint(1, 6)))
    if kind == 5:
        return choose.choice("([{<+-*/=!@#$%^&*;:\\|~`\"'.,?>)]}") * choose.randint(1, 4)
    if kind == 6:
        return word + choose.choice(["\u0301", "\u0308", "\u200d", "\ufe0f", "\u0323\u0302"])
    return choose.choice([word, word.upper(), word.capitalize(), word + choose.choice([".", ",", "'s", "'ll", "!", "?"])])


def texts(seed, count, special):
    choose = random.Random(seed)
    made = list(TEXTS)
    for token in choose.sample(special, min(20, len(special))):
        made += [token, f"a{token}b", f" {token} ", f"x  {token}\n{token}{token} y", token[:-1], token.upper()]
    for _ in range(count):
        pieces = [_piece(choose, special) + choose.choice(["", " "]) for _ in range(choose.randint(1, 30))]
        made.append("".join(pieces))
    return made


def recorded(tokenizer, seed, count):
    """One object a text: ids with and without special tokens, and what they decode to, without and with these."""
    special = sorted(t.content for t in tokenizer.get_added_tokens_decoder().values())
    for text in texts(seed, count, special):
        ids = tokenizer.encode(text).ids
        plain = tokenizer.encode(text, add_special_tokens=False).ids
        yield {
            "text": text,
            "ids": ids,
            "plain": None if plain == ids else plain,
            "decoded": tokenizer.decode(ids) if ids or tokenizer.decoder is None else "",
            "all": tokenizer.decode(ids, skip_special_tokens=False) if ids or tokenizer.decoder is None else "",
        }


def record(tokenizer_file, record_file, seed, count):
    """Records the texts of a seed for a tokenizer.json; returns how many."""
    lines = [json.dumps(entry) for entry in recorded(Tokenizer.from_file(tokenizer_file), seed, count)]
    with open(record_file, "w") as file:
        file.write("\n".join(lines) + "\n")
    return len(lines)


GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CL100K = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
CJK = "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+"
DEEPSEEK = (
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*"
    "|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"
)
KIMI = r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+|\p{N}{1,3}|\s+"
PATTERNS = [
    GPT2, LLAMA3, O200K, CL100K, CJK, DEEPSEEK, KIMI, r"\d{1,3}(?=(?:\d{3})*\b)", r"\p{N}{1,2}+", r"\w+|[^\w\s]+", r"(?<=\d)[a-z]|x",
    r"(?<![A-Za-z])\p{Lu}+?\p{Ll}", r"a*?b|[[:punct:]]+|[[:alpha:]&&[^a-m]]+", r"(?i)THE|is|\bK\b|[ß-ſ]+", r"^.|.$", r"\A\s*|\s*\z",
    r"(?>a|ab)c?|(?:the|th)+e?", r"\h{2}|\p{^L}\P{N}", "(?x: a  b # both\n | \\  )", r"[^\S\n]+|\n+", r"(?:)", r"b*", r"[\x{3040}-\x{309f}\u30a0-\u30ff]", r"(?m:a.+?b)", r"[a-c&&b-d]",
    r"\p{Hiragana}+|\p{Katakana}+|\p{Hangul}|\p{Thai}+|\p{Cyrillic}{2,}", r"(?i:[^a-z])", r"[\]\[\-^]+|[]a]|[a-]",
]  # fmt: skip
WHOLE = {"use_regex": False, "add_prefix_space": False, "trim_offsets": False}


def _probe(normalizer=None, splitter=None):
    """A tokenizer whose ids tell every character and where pieces begin: it has bytes only, and a prefix inside of pieces."""
    vocabulary = {f"<0x{b:02X}>": b for b in range(256)}
    tokenizer = Tokenizer(M.BPE(vocabulary, [], byte_fallback=True, continuing_subword_prefix="\x01"))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if splitter is not None:
        tokenizer.pre_tokenizer = splitter
    tokenizer.decoder = D.Sequence([D.ByteFallback(), D.Fuse()])
    return tokenizer


def _charsmap(replacements):
    """SentencePiece's table of replacements: a double array trie over UTF-8, then the texts. Bit 8: a value follows; 10 up: offset."""
    texts, values = b"", {}
    for source, target in replacements.items():
        values[source.encode()] = len(texts)
        texts += target.encode() + b"\0"
    children, nodes = {}, [b""]
    for key in values:
        for i in range(len(key)):
            children.setdefault(key[:i], set()).add(key[i])
            children.setdefault(key[: i + 1], set())
    units, bases, places = {0: 0}, set(), {b"": 0}
    for node in nodes:
        labels = sorted(children[node]) + ([0] if node in values else [])
        base = next(b for b in range(1, 1 << 20) if b not in bases and all(b ^ c not in units for c in labels))
        bases.add(base)
        own = places[node]
        units[own] |= (own ^ base) << 10
        if node in values:
            units[own] |= 1 << 8
            units[base] = values[node] | 1 << 31
        for c in sorted(children[node]):
            places[node + bytes([c])] = base ^ c
            units[base ^ c] = c
            nodes.append(node + bytes([c]))
    size = (max(units) // 256 + 1) * 256
    trie = b"".join(units.get(i, 0).to_bytes(4, "little") for i in range(size))
    return base64.b64encode(len(trie).to_bytes(4, "little") + trie + texts).decode()


CHARSMAP = {
    "\u00a0": " ", "\t": " ", "\n": " ", "\u3000": " ", "\u200b": "", "\ufb01": "fi", "\u2460": "1", "e\u0301": "\u00e9", "a\u0308": "ä",
    "\uff0c": ",", "\u0958": "\u0915\u093c", "A": "a", "\u1112\u1161": "하", "\U0001d49c": "A", "n": "nn", "\u212b": "Å", "\u33fb": "メートル",
}  # fmt: skip


def _precompiled():
    state = json.loads(_probe(N.Lowercase(), P.Metaspace(prepend_scheme="first")).to_str())
    state["normalizer"] = {"type": "Precompiled", "precompiled_charsmap": _charsmap(CHARSMAP)}
    return Tokenizer.from_str(json.dumps(state))


def _probes():
    yield "normalizer-precompiled", _precompiled()
    for index, pattern in enumerate(PATTERNS):
        yield f"regex-{index}", _probe(splitter=P.Split(Regex(pattern), "isolated"))
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        yield f"split-{behavior}", _probe(splitter=P.Split(" ", behavior))
        yield f"split-inverted-{behavior}", _probe(splitter=P.Split(Regex(r"\w+"), behavior, invert=True))
        yield f"punctuation-{behavior}", _probe(splitter=P.Punctuation(behavior))
    splitters = {
        "digits": P.Digits(), "digits-single": P.Digits(individual_digits=True), "whitespace": P.Whitespace(),
        "whitespace-split": P.WhitespaceSplit(), "bert-splitter": P.BertPreTokenizer(), "scripts": P.UnicodeScripts(),
        "delimiter": P.CharDelimiterSplit("a"), "fixed-length": P.FixedLength(3), "byte-level": P.ByteLevel(),
        "byte-level-no-prefix": P.ByteLevel(add_prefix_space=False), "metaspace": P.Metaspace(),
        "metaspace-first": P.Metaspace(prepend_scheme="first"), "metaspace-never": P.Metaspace("_", "never"),
        "metaspace-whole": P.Metaspace(split=False),
        "spaces-then-metaspace": P.Sequence([P.WhitespaceSplit(), P.Metaspace(prepend_scheme="first")]),
    }  # fmt: skip
    for name, splitter in splitters.items():
        yield f"splitter-{name}", _probe(splitter=splitter)
    normalizers = {
        "nfc": N.NFC(), "nfd": N.NFD(), "nfkc": N.NFKC(), "nfkd": N.NFKD(), "lowercase": N.Lowercase(), "strip": N.Strip(),
        "strip-left": N.Strip(right=False), "strip-accents": N.Sequence([N.NFD(), N.StripAccents()]), "nmt": N.Nmt(),
        "prepend": N.Prepend("▁"), "replace": N.Replace("a", "bb"), "replace-regex": N.Replace(Regex(r"\s{2,}|\d"), " "),
        "bert": N.BertNormalizer(), "bert-cased": N.BertNormalizer(lowercase=False),
        "bert-accents": N.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=False), "byte-level": N.ByteLevel(),
    }  # fmt: skip
    for name, normalizer in normalizers.items():
        yield f"normalizer-{name}", _probe(normalizer, P.Metaspace(prepend_scheme="first"))


def _corpus():
    """Mostly words, and some characters of which there is one each: vocabularies stay small."""
    made = [text for seed in range(3) for text in texts(seed, 120, [])]
    return ["".join(c for c in text if ord(c) < 0x180 or 0x3040 <= ord(c) < 0x30A0) for text in made]


def _trained(model, trainer, normalizer=None, splitter=None, decoder=None):
    tokenizer = Tokenizer(model)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if splitter is not None:
        tokenizer.pre_tokenizer = splitter
    if decoder is not None:
        tokenizer.decoder = decoder
    tokenizer.train_from_iterator(_corpus(), trainer)
    return tokenizer


def _changed(tokenizer, **model):
    state = json.loads(tokenizer.to_str())
    state["model"].update(model)
    return Tokenizer.from_str(json.dumps(state))


def _special(tokenizer):
    tokenizer.add_special_tokens([AddedToken("<|start|>", special=True), AddedToken("<|end|>", special=True, rstrip=True)])
    tokenizer.add_tokens([
        AddedToken("<mask>", lstrip=True, normalized=False), AddedToken("word", single_word=True, normalized=False),
        AddedToken("The Of", normalized=True), AddedToken("<|end|> x", normalized=False), AddedToken("é\u0301", normalized=True),
    ])  # fmt: skip
    return tokenizer


def _byte_level(pattern, normalizer=None, **model):
    alphabet = P.ByteLevel.alphabet()
    splitter = P.Sequence([P.Split(Regex(p), "isolated") for p in pattern] + [P.ByteLevel(**WHOLE)])
    trainer = T.BpeTrainer(vocab_size=900, initial_alphabet=sorted(alphabet), special_tokens=[], show_progress=False)
    made = _trained(M.BPE(), trainer, normalizer, splitter, D.ByteLevel())
    return _special(_changed(made, **model))


def _pieces(**model):
    """Bytes and pieces with ▁, as Llama 2 and Gemma have them."""
    trainer = T.BpeTrainer(vocab_size=700, show_progress=False, limit_alphabet=150)
    made = _trained(M.BPE(), trainer, N.Replace(" ", "▁"), P.Metaspace(prepend_scheme="never"))
    state = json.loads(made.to_str())
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
    old = sorted(state["model"]["vocab"], key=state["model"]["vocab"].get)
    state["model"]["vocab"] = {token: i for i, token in enumerate(tokens + [t for t in old if t not in tokens])}
    state["model"].update({"unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True, **model})
    state["normalizer"] = state["pre_tokenizer"] = None
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    return tokenizer


def _models():
    gpt2 = _byte_level([GPT2])
    gpt2.post_processor = O.ByteLevel(trim_offsets=False)
    yield "gpt2", gpt2
    llama3 = _byte_level([LLAMA3], ignore_merges=True)
    llama3.post_processor = O.Sequence([
        O.ByteLevel(), O.TemplateProcessing("<|start|> $A", "<|start|> $A <|start|> $B", [("<|start|>", llama3.token_to_id("<|start|>"))]),
    ])  # fmt: skip
    yield "llama3", llama3
    yield "qwen", _byte_level([LLAMA3.replace("{1,3}", "")], N.NFC())
    yield "o200k", _byte_level([O200K], ignore_merges=True)
    yield "deepseek", _byte_level([r"\p{N}{1,3}", CJK, DEEPSEEK])
    llama2 = _pieces()
    llama2.normalizer = N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")])
    llama2.decoder = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0)])
    llama2.post_processor = O.TemplateProcessing("<s> $A", "<s> $A <s> $B", [("<s>", 1)])
    yield "llama2", _special(llama2)
    gemma = _pieces()
    gemma.normalizer = N.Replace(" ", "▁")
    gemma.pre_tokenizer = P.Split(" ", "merged_with_previous")
    gemma.decoder = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse()])
    yield "gemma", gemma
    mistral = _pieces(byte_fallback=False)
    mistral.pre_tokenizer = P.Metaspace(prepend_scheme="first", split=False)
    mistral.decoder = D.Metaspace(prepend_scheme="first")
    yield "unknown-fused", _special(mistral)
    apart = _changed(_pieces(byte_fallback=False), fuse_unk=False)
    apart.pre_tokenizer = P.Metaspace()
    yield "unknown-apart", apart
    clip = _trained(
        M.BPE(unk_token="<unk>", end_of_word_suffix="</w>", continuing_subword_prefix="##"),
        T.BpeTrainer(vocab_size=600, special_tokens=["<unk>"], end_of_word_suffix="</w>", continuing_subword_prefix="##", show_progress=False),
        N.Sequence([N.NFC(), N.Lowercase()]), P.Whitespace(), D.BPEDecoder(),
    )  # fmt: skip
    yield "suffix", clip
    bert = _trained(
        M.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20),
        T.WordPieceTrainer(vocab_size=600, special_tokens=["[UNK]", "[CLS]", "[SEP]"], show_progress=False),
        N.BertNormalizer(), P.BertPreTokenizer(), D.WordPiece(),
    )  # fmt: skip
    bert.post_processor = O.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    yield "bert", _special(bert)
    unigram = _trained(
        M.Unigram(), T.UnigramTrainer(vocab_size=700, special_tokens=["<unk>", "<s>"], unk_token="<unk>", show_progress=False),
        N.Sequence([N.Nmt(), N.NFKC(), N.Replace(Regex(" {2,}"), " ")]), P.Metaspace(), D.Metaspace(),
    )  # fmt: skip
    unigram.post_processor = O.RobertaProcessing(("<s>", 1), ("<s>", 1))
    yield "unigram", _special(unigram)
    state = json.loads(unigram.to_str())
    state["model"]["vocab"] += [[f"<0x{b:02X}>", -20.0] for b in range(256)]
    state["model"]["byte_fallback"] = True
    state["added_tokens"] = []
    state["post_processor"] = state["pre_tokenizer"] = None
    state["decoder"] = {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]}
    yield "unigram-bytes", Tokenizer.from_str(json.dumps(state))
    words = _trained(
        M.WordLevel(unk_token="[UNK]"), T.WordLevelTrainer(vocab_size=300, special_tokens=["[UNK]"], show_progress=False),
        N.Sequence([N.NFD(), N.StripAccents(), N.Lowercase()]), P.Sequence([P.Whitespace(), P.Digits(individual_digits=True)]),
    )  # fmt: skip
    yield "words", _special(words)
    ctc = _trained(
        M.WordLevel(unk_token="[UNK]"), T.WordLevelTrainer(vocab_size=300, special_tokens=["[UNK]", "<pad>"], show_progress=False),
        None, P.FixedLength(1), D.CTC("<pad>", "|", True),
    )  # fmt: skip
    yield "ctc", ctc


def components(folder, seed, count, probe_count):
    """Writes NAME.json and NAME.jsonl, what it makes of texts, for a tokenizer of every component; returns the names."""
    os.makedirs(folder, exist_ok=True)
    names = []
    for made, texts_of_each in ((_models(), count), (_probes(), probe_count)):
        for name, tokenizer in made:
            file = os.path.join(folder, name + ".json")
            tokenizer.save(file, pretty=False)
            names.append(name)
            record(file, file + "l", seed, texts_of_each)
    return names


def _pieces_of(probe, text):
    pieces = []
    marked = iter(probe.decode(probe.encode(text).ids, skip_special_tokens=False))
    for character in marked:
        if character == "\x01" and pieces:
            pieces[-1] += next(marked, "")
        else:
            pieces.append(character)
    return "\x02".join(pieces)


def fixtures(folder):
    """Writes tests/Fixtures/tokenizers: the models as files, the other components as the pieces that they make of texts."""
    os.makedirs(folder, exist_ok=True)
    for name, tokenizer in _models():
        file = os.path.join(folder, name + ".json")
        tokenizer.save(file, pretty=False)
        record(file, file + "l", 11, 5)
    made = texts(12, 3, [])
    probes = []
    for name, probe in _probes():
        state = json.loads(probe.to_str())
        parts = {key: state[key] for key in ("normalizer", "pre_tokenizer") if state[key]}
        probes.append({"name": name, **parts, "pieces": [_pieces_of(probe, text) for text in made]})
    with open(os.path.join(folder, "pieces.jsonl"), "w") as file:
        for line in [made, *probes]:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    import sys

    fixtures(sys.argv[1])
