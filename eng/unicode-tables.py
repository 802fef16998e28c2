"""Writes src/Cpu/Tokenizers/Unicode/unicode.bin: what the reference tokenizers library takes each character for.

Its parts (Oniguruma, Rust's standard library, several crates) know Unicode in different versions, so each property is asked of the
library itself, character by character. Run with Debian's python3-tokenizers:  python3 eng/unicode-tables.py OUTPUT
"""
import sys
import unicodedata
import zlib

from tokenizers import Regex, normalizers as N, pre_tokenizers as P

CODES = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
ALL = "".join(map(chr, CODES))
CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn".split()
SCRIPTS = """Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi
Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Common Coptic Cuneiform Cypriot Cyrillic
Deseret Devanagari Dogra Duployan Egyptian_Hieroglyphs Elbasan Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han
Hangul Hanunoo Hebrew Hiragana Inherited Javanese Kannada Katakana Kayah_Li Kharoshthi Khmer Khojki Khudawadi Lao Latin Lepcha Limbu
Linear_A Linear_B Lisu Lycian Lydian Mahajani Malayalam Mandaic Meetei_Mayek Mongolian Myanmar New_Tai_Lue Nko Ogham Ol_Chiki Oriya
Osmanya Phags_Pa Phoenician Rejang Runic Samaritan Saurashtra Shavian Sinhala Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le
Tai_Tham Tai_Viet Tamil Telugu Thaana Thai Tibetan Tifinagh Ugaritic Vai Yi""".split()

out = bytearray()


def number(value):
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def runs(values):
    """values: code -> small number; written as (length, value) over all of Unicode."""
    spans = []
    for code in range(0x110000):
        value = values.get(code, 0)
        if spans and spans[-1][1] == value:
            spans[-1][0] += 1
        else:
            spans.append([1, value])
    number(len(spans))
    for length, value in spans:
        number(length)
        number(value)


def mapping(items):
    """code -> list of codes, written with the differences of the codes."""
    number(len(items))
    last = 0
    for code in sorted(items):
        number(code - last)
        last = code
        number(len(items[code]))
        for target in items[code]:
            number(target)


def matched(pattern):
    rest = set(N.Replace(Regex(pattern), "").normalize_str(ALL))
    return {c for c in CODES if chr(c) not in rest}


def isolated(splitter):
    found = set()
    for block in range(0, len(CODES), 4096):
        text = "a" + "a".join(chr(c) for c in CODES[block : block + 4096]) + "a"
        found |= {ord(p) for p, _ in splitter.pre_tokenize_str(text) if len(p) == 1 and p != "a"}
    return found


def members(codes):
    runs({c: 1 for c in codes})


# 1. General categories and scripts, as Oniguruma has them.
category = {c: CATEGORIES.index("Cs") for c in range(0xD800, 0xE000)}
for index, name in enumerate(CATEGORIES):
    if name != "Cs":
        category.update({c: index for c in matched(r"\p{%s}" % name)})
runs(category)
script = {}
for index, name in enumerate(SCRIPTS):
    script.update({c: index + 1 for c in matched(r"\p{%s}" % name)})
number(len(SCRIPTS))
for name in SCRIPTS:
    number(len(name))
    out += name.encode()
runs(script)

# 2. Sets of Oniguruma: \w and the POSIX brackets that no category gives.
for pattern in (r"\w", "[[:alpha:]]", "[[:upper:]]", "[[:lower:]]"):
    members(matched(pattern))

# 3. Sets of the other parts of the library.
members(isolated(P.Digits(individual_digits=True)))
members(isolated(P.Punctuation()))
white = P.Whitespace()
members({c for c in CODES if len(white.pre_tokenize_str("_" + chr(c) + "_")) == 1})
bert = N.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
members({c for c in CODES if bert.normalize_str(chr(c)) == ""})
accents = N.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
members({c for c in CODES if accents.normalize_str(chr(c)) == ""})
combining = {c for c in CODES if N.StripAccents().normalize_str(chr(c)) == ""}
members(combining)

# 4. Case: what Lowercase makes of a character, and which characters are equal without regard to case.
lower = N.Lowercase()
lowered = {c: [ord(x) for x in lower.normalize_str(chr(c))] for c in CODES}
mapping({c: to for c, to in lowered.items() if to != [c]})
equal = {}
for c in CODES:
    folded = chr(c).casefold()
    equal.setdefault(folded, ord(folded) if len(folded) == 1 else c)
mapping({c: [equal[chr(c).casefold()]] for c in CODES if equal[chr(c).casefold()] != c})

# 5. Normal forms: classes, canonical and compatibility decompositions in full, pairs that compose.
runs({c: unicodedata.combining(chr(c)) for c in combining})
hangul = range(0xAC00, 0xD7A4)
for form in (N.NFD(), N.NFKD()):
    full = {c: [ord(x) for x in form.normalize_str(chr(c))] for c in CODES if c not in hangul}
    mapping({c: to for c, to in full.items() if to != [c]})
    if isinstance(form, N.NFD):
        canonical = full
nfc = N.NFC()
pairs = {}
for c in CODES:
    parts = unicodedata.decomposition(chr(c))
    if parts and "<" not in parts and canonical.get(c, [c]) != [c] and nfc.normalize_str(chr(c)) == chr(c):
        pairs[c] = [int(x, 16) for x in parts.split()]
mapping(pairs)

# 6. The scripts of the UnicodeScripts pre-tokenizer, numbered in the order in which they come; 0 goes with any.
splitter = P.UnicodeScripts()
several = lambda text: len(splitter.pre_tokenize_str(text)) > 1
own = {}
some = [c for c in CODES if several("a" + chr(c)) or several("\u0431" + chr(c))]
kinds = []
position = 0
for piece, _ in splitter.pre_tokenize_str("".join(map(chr, some))):
    kind = next((i for i, k in enumerate(kinds) if not several(k + piece[0])), None)
    if kind is None:
        kind = len(kinds)
        kinds.append(piece[0])
    for x in piece:
        own[ord(x)] = kind + 1
runs(own)

with open(sys.argv[1], "wb") as file:
    file.write(zlib.compress(bytes(out), 9))
print(len(out), "bytes,", len(kinds), "scripts; Unicode of Python:", unicodedata.unidata_version)
