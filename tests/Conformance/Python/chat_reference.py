"""What transformers makes of conversations with chat templates."""
import datetime
import json

from transformers.utils import chat_template_utils

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Current weather of a \"place\" <b>now</b> & later, it's é",
            "parameters": {
                "type": "object",
                "properties": {
                    "place": {"type": "string", "description": "City"},
                    "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
                    "days": {"type": ["integer", "null"], "minimum": 1, "maximum": 1.5e3},
                    "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}},
                },
                "required": ["place"],
            },
            "return": {"type": "string"},
        },
    },
    {"type": "function", "function": {"name": "stop", "description": "Stops.", "parameters": {"type": "object", "properties": {}}}},
]


def _call(name, arguments, id):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


CONVERSATIONS = [
    [{"role": "user", "content": "Hello"}],
    [{"role": "system", "content": "Be brief.\n"}, {"role": "user", "content": "  Hello, wörld 😀! \n"}],
    [
        {"role": "user", "content": "1 + 1?"},
        {"role": "assistant", "content": "<think>\nEasy.\n</think>\n\n2"},
        {"role": "user", "content": "And 'two' \"more\"?"},
        {"role": "assistant", "content": "4 "},
        {"role": "user", "content": "Thanks"},
    ],
    [
        {"role": "system", "content": "Use tools."},
        {"role": "user", "content": "Weather in Paris?"},
        {"role": "assistant", "content": "", "tool_calls": [_call("get_weather", {"place": "Paris", "days": 2, "x": None, "f": 1.0}, "abcdefghi")]},
        {"role": "tool", "name": "get_weather", "tool_call_id": "abcdefghi", "content": "{\"temperature\": 21}"},
        {"role": "assistant", "content": "21 degrees."},
    ],
    [
        {"role": "user", "content": "Both"},
        {
            "role": "assistant", "content": None, "reasoning_content": "I think\nso.", "thinking": "deep",
            "tool_calls": [_call("get_weather", "{\"place\": \"Rome\"}", "123456789"), _call("stop", "{}", "987654321")],
        },
        {"role": "tool", "tool_call_id": "123456789", "name": "get_weather", "content": "sunny"},
        {"role": "tool", "tool_call_id": "987654321", "name": "stop", "content": "stopped"},
        {"role": "user", "content": "And?"},
    ],
    [{"role": "user", "content": [{"type": "text", "text": " See "}, {"type": "image"}, {"type": "text", "text": "this"}]}],
    [{"role": "developer", "content": "dev"}, {"role": "user", "content": "u"}, {"role": "assistant", "content": "final", "channel": "final"}],
    [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}],
    [{"role": "assistant", "content": "first"}, {"role": "user", "content": "x"}],
    [{"role": "user", "content": "{{ 'not run' }} {% if %}"}, {"role": "assistant", "content": "<tool_call>x</tool_call>", "reasoning_content": ""}],
    [],
]  # fmt: skip
SETTINGS = [
    {"add_generation_prompt": True},
    {"add_generation_prompt": False},
    {"add_generation_prompt": True, "tools": TOOLS},
    {"add_generation_prompt": False, "tools": TOOLS, "variables": {"enable_thinking": True, "thinking": True, "reasoning_effort": "high"}},
    {"add_generation_prompt": True, "variables": {"enable_thinking": False, "builtin_tools": ["browser", "python"], "date_string": "1 May 2025", "keep_past_thinking": True}},
]  # fmt: skip
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}


# What templates are made of, one thing or a few each.
SNIPPETS = [
# whitespace control
"  {% if true %}\n  a\n  {% endif %}\n b\n","a {%- if true -%} \n b {%- endif %} c\n\n","{% if true +%}\nx{%+ if true %} y{% endif %}{% endif %}","{# c #}\n  {# d -#}  \n x {#- e #} y","  {{ 1 }}\n  {{- 2 -}}  \n3","{% raw %}{{ x }} {% if %}{% endraw %}\n!","{%- raw -%}  a  {%- endraw -%}  b","x\r\ny\rz\n\n","\n{% set a = 1 %}\n{{ a }}\n", "line\n   {% for i in [1,2] %}\n   {{ i }}\n   {% endfor %}\nend","{% for i in range(3) %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %}\n",
"a{#\n#}\nb","{% if 1 %}  \n x{% endif %}","\t{%- set x=1 %}\n\t{{ x }}","{{ '}}' }}{{ {'a': {'b': 1}}['a'] }}","{{ \"a\\n\\t\\x41\\u00e9\\\\ \\d \\'q\\' \\\"\" }}",
# expressions
"{{ 1 + 2 * 3 - 4 // 3 % 2 ** 2 }} {{ 7 / 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 1.5 * 2 }} {{ 10 / 5 }} {{ 7.5 // 2 }} {{ -2 ** 2 }} {{ 2 ** 3 ** 2 }}","{{ 'a' ~ 1 ~ none ~ true ~ [1] ~ x }}","{{ 'a' 'b' }} {{ 'ab' * 3 }} {{ [1] * 2 + [3] }} {{ (1,) + (2, 3) }} {{ () }} {{ 1, 2 }}","{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 == true }} {{ 'a' < 'b' }} {{ [1,2] < [1,3] }} {{ 'a' in 'abc' }} {{ 2 not in [1] }} {{ 'k' in {'k': 1} }}","{{ not true or false and true }} {{ 0 or 'x' }} {{ '' and 1 }}|{{ none or [] }}","{{ 'y' if x else 'n' }} {{ 'y' if x }}| {{ 1 if 0 else 2 if 0 else 3 }}","{{ [1,2,3,4,5][1:4] }} {{ [1,2,3][::-1] }} {{ 'héllo😀'[::-1] }} {{ 'abc'[-2:] }} {{ [1,2,3][-1] }} {{ [1,2,3][5] }}| {{ 'abc'[1] }} {{ [1,2,3,4][-1:0:-2] }} {{ [1,2,3][10:] }} {{ (1,2,3)[:2] }}","{{ {'a': 1, 'b': [none, true, 1.5, 'x\\'y', \"q\\\"r'\"]} }} {{ 1e20 }} {{ 1e-7 }} {{ 3.0 }} {{ 'é\\n\\u200b' }} {{ ['é\\n\\u200b\\x07'] }}","{{ x.y is defined }}","{{ x is defined }} {{ x }}| {{ x|default('d') }} {{ ''|default('e', true) }} {{ none|default('n') }} {{ x|d }}|","{{ messages[0].content.upper() }} {{ messages[0]['role'] }} {{ messages[0].nope }}| {{ messages|length }} {{ messages[0].items()|list|length }}","{{ x + 1 }}","{{ 1 + 'a' }}","{{ x.a }}","{{ none.a }}|","{{ 'abc'.foo }}|","{{ (1).foo }}|","{{ 5 is divisibleby 5 }} {{ 4 is even }} {{ 3 is odd }} {{ 1 is number }} {{ true is number }} {{ true is integer }} {{ 'a' is string }} {{ {} is mapping }} {{ [] is sequence }} {{ 'a' is iterable }} {{ none is none }} {{ 1 is none }} {{ 1 is not none }} {{ 1.5 is float }} {{ true is boolean }} {{ true is true }} {{ 1 is true }} {{ 3 is eq 3 }} {{ 3 is gt 2 }} {{ 'a' is in ['a'] }} {{ range is callable }} {{ 'A' is upper }} {{ 'a' is lower }} {{ x is undefined }} {{ () is sequence }} {{ {} is iterable }} {{ 1 is sameas 1 }}",
# statements
"{% set x = 1 %}{% for i in [1,2] %}{% set x = i %}{{ x }}{% endfor %}{{ x }}","{% set ns = namespace(a=1, b=[]) %}{% for i in [1,2] %}{% set ns.a = ns.a + i %}{% set ns.b = ns.b + [i] %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c }}","{% set a, b = [1, 2] %}{{ a }}{{ b }}{% for k, v in {'x': 1, 'y': 2}.items() %}{{ k }}={{ v }}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }};{% endfor %}","{% for i in [] %}a{% else %}none{% endfor %}{% for i in [1,2,3,4] if i is even %}{{ i }}{{ loop.index }}{% else %}x{% endfor %}","{% for i in [1,2,3] %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }} {{ loop.cycle('a','b') }} {{ loop.changed(i // 2) }}{% endfor %}","{% for i in [1,2,3,4,5] %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}","{% macro m(a, b=2, c='x') %}[{{ a }}{{ b }}{{ c }}{{ varargs }}{{ kwargs }}]{% endmacro %}{{ m(1) }}{{ m(1, c=3) }}{{ m(1,2,3,4, z=5) }}{{ m() }}","{% macro o() %}<{{ caller() }}>{% endmacro %}{% call o() %}in{% endcall %}{% macro p() %}{{ caller('v') }}{% endmacro %}{% call(w) p() %}{{ w }}!{% endcall %}","{% set t %}  a {{ 1 }} {% endset %}[{{ t }}]{% set u | upper | trim %} abc {% endset %}[{{ u }}]","{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a }}|","{% filter upper %}abc{{ 'd' }}{% endfilter %}","{% generation %}\nx\n{% endgeneration %}\ny","{% for m in messages %}{% for c in m.content %}{{ loop.index }}{{ c }}{% endfor %}{{ loop.index }}{% endfor %}","{% if x %}1{% elif messages %}2{% else %}3{% endif %}","{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}","{% set ns = namespace() %}{% set ns.x = 'a' %}{% set ns.y %}blk{% endset %}{{ ns.x ~ ns.y }}","{% set x = 5 %}{% if true %}{% set x = 6 %}{% endif %}{{ x }}","{% set x = 1 %}{% macro m() %}{{ x }}{% set x = 2 %}{{ x }}{% endmacro %}{{ m() }}{{ x }}","{% for i in 'añ😀' %}{{ i }},{% endfor %}","{% for i in {'a':1} %}{{ i }}{% endfor %}","{% for i in 5 %}{% endfor %}","{% for a, b in [[1, 2], [3, 4]] %}{{ a * b }} {% endfor %}","{{ raise_exception('no') }}","{{ strftime_now('%d %b %Y %H:%M:%S %A %B %j %y %I %p %-d %%') }}","{{ range(5)|list }}{{ range(1, 10, 3)|list }}{{ range(5, 0, -2)|list }}{{ range(200000)|length }}","{{ dict(a=1, b=2) }}{{ dict({'x': 1}, y=2)|tojson }}",
# filters
"{{ {'b': [1, 2.5, true, none, 'é\"\\n<&>\\u0001'], 'a': {}} | tojson }}{{ {'b': 1, 'a': [1, {}]} | tojson(indent=2) }}{{ {'b': 1, 'a': 'é'} | tojson(sort_keys=true, ensure_ascii=true) }}{{ [1, [2]] | tojson(separators=(',', ':')) }}{{ {1: 2, none: 3, true: 4} | tojson }}","{{ x | tojson }}","{{ [3,1,2]|sort }}{{ ['b','A','c']|sort }}{{ ['b','A']|sort(case_sensitive=true) }}{{ [3,1]|sort(reverse=true) }}{{ messages|map(attribute='role')|list }}{{ messages|map(attribute='nope', default='z')|join(',') }}{{ ['a','b']|map('upper')|join('-') }}{{ [1,2,3]|select('odd')|list }}{{ [1,2,3]|reject('odd')|list }}{{ messages|selectattr('role', 'equalto', 'user')|list|length }}{{ messages|rejectattr('role', 'in', ['user'])|list|length }}{{ messages|selectattr('content')|list|length }}{{ [0,1,'']|select|list }}","{{ ' a b '|trim }}|{{ 'xxaxx'|trim('x') }}|{{ 'abc'|upper|lower|capitalize }}|{{ 'hello wORLD-foo (bar'|title }}|{{ 'aXbX'|replace('X', 'y') }}|{{ 'aXbX'|replace('X', 'y', 1) }}|{{ [1,2]|join(', ') }}|{{ 'abc'|join('-') }}|{{ [1,2]|first }}{{ [1,2]|last }}{{ []|first }}|{{ 'abc'|length }}{{ 'é😀'|length }}{{ {'a':1}|length }}|{{ [1,1,2,'a','A']|unique|list }}|{{ 'abc'|reverse }}{{ [1,2]|reverse|list }}|{{ [1,2]|sum }}|{{ [1,3,2]|max }}{{ [2,1]|min }}|{{ '5'|int + 1 }}{{ 'x'|int }}{{ 3.9|int }}{{ '1.5'|float }}{{ 3|float }}|{{ -3|abs }}|{{ 2.567|round(2) }} {{ 2.5|round }} {{ 2.1|round(method='ceil') }}|{{ 5|string ~ 'a' }}|{{ 'abc'|list }}|{{ {'a':1}|items|list }}|{{ {'b':1,'a':2}|dictsort }}|{{ 'a\\nb\\n\\nc'|indent }}|{{ 'a\\nb'|indent(2, true) }}|{{ '%s is %d'|format('x', 3) }}|{{ '%s%%' % 'a' }}|{{ '<a & \"b\">'|e }}|{{ 'a b  c'|wordcount }}|{{ [1,2,3,4,5]|batch(2)|list }}|{{ [{'k':'b','v':1},{'k':'a','v':2},{'k':'b','v':3}]|groupby('k') }}|{{ x|items|list }}|{{ x|length }}|{{ x|list }}|{{ '<'|safe }}|{{ ['a']|map('replace', 'a', 'z')|list }}",
# methods
"{{ ' ab '.strip() }}|{{ 'xxabxx'.strip('x') }}|{{ 'xab'.lstrip('x') }}|{{ 'abx'.rstrip('x') }}|{{ 'a,b,c'.split(',') }}|{{ ' a  b '.split() }}|{{ 'a b c'.split(' ', 1) }}|{{ 'a b c'.split(none, 1) }}|{{ 'a,b,c'.rsplit(',', 1) }}|{{ 'a\\nb\\r\\nc'.splitlines() }}|{{ 'abc'.startswith('ab') }}{{ 'abc'.startswith(('x','a')) }}{{ 'abc'.endswith('c') }}|{{ 'abc'.replace('b', 'x') }}{{ 'aaa'.replace('a', 'b', 2) }}|{{ 'hello world'.title() }}{{ 'hello'.capitalize() }}|{{ 'abc'.find('c') }}{{ 'abc'.find('z') }}{{ 'abcabc'.rfind('a') }}{{ 'aa'.count('a') }}|{{ ','.join(['a','b']) }}|{{ '5'.isdigit() }}{{ 'a5'.isalnum() }}{{ 'a'.isalpha() }}{{ ' '.isspace() }}{{ 'A'.isupper() }}{{ 'a'.islower() }}|{{ '{} {x} {0}'.format('a', x=1) if false else '{} {}'.format('a', 1) }}|{{ 'abc'.removeprefix('a').removesuffix('c') }}|{{ '5'.zfill(3) }}|{{ 'a'.ljust(3) }}|{{ 'a'.rjust(3) }}|{{ 'a-b-c'.partition('-') }}{{ 'a-b-c'.rpartition('-') }}|{{ {'a':1}.get('a') }}{{ {'a':1}.get('b') }}{{ {'a':1}.get('b', 2) }}{{ {'a':1}.keys()|list }}{{ {'a':1}.values()|list }}{{ {'items': 5}.items()|list }}{{ {'items': 5}['items'] }}|{{ [1,2].index(2) }}{{ [1,1].count(1) }}|{{ ''.replace('', 'x') }}{{ 'ab'.replace('', '-') }}","{{ [1].append(2) }}","{{ {}.update({}) }}","{{ ''.__class__ }}|","{{ 1 // 0 }}","{{ 'a'.split('') }}",
"{{ a.b.c }}","{{ messages[0].content[0:3] ~ messages[-1]['role'] }}","{{ (messages|first).role }}{{ (messages[0]).role }}{{ messages | map(attribute='content') | map('length') | sum }}","{{ 'a' if messages is defined and messages else 'b' }}{{ not x is defined }}{{ x is not defined and true }}","{{ {'a': 1}.a }}{{ {'a': {'b': 2}}.a.b }}{{ [[1, 2]][0][1] }}{{ [1].0 }}","{{ true }}{{ false }}{{ none }}{{ True }}{{ None }}","{{ 1_000 }}{{ 1e3 }}{{ 1.0e-2 }}","{{ [1,2,3,] }}{{ {'a':1,} }}{{ (1) }}{{ (1,) }}","{{ 'x' is string and 'y' is not number }}{{ 3 is not divisibleby 2 }}{{ 'a' is in 'abc' }}","{{ -1|abs }}{{ -x|default(1) if false else 3 }}","{%- set loop_messages = messages[1:] -%}{{ loop_messages|length }}{{ messages[0:1] == [messages[0]] }}", "{{ 'ABC é'.lower() }}","{{ [none, 1, 'a'] | string }}{{ none | string }}{{ {'a': x} }}","{{ x ~ '' == '' }}{{ x == y }}{{ x == none }}{{ x != 1 }}{{ x in [1] }}{{ 'a' in x }}","{{ [1, 2] == [1.0, 2] }}{{ {'a': 1} == {'a': 1.0} }}{{ (1,) == [1] }}{{ 'a' == 1 }}","{% set content = messages[0].content | trim %}{{ '<' + content + '>' }}","{{ messages[0]['content'] | replace('e', '3') | upper }}","{{ namespace(a=1).a }}","{{ '' | default('x', boolean=True) }}","{{ loop }}|","{{ messages.0.role }}","{{ 5 }}"]  # fmt: skip


class _Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2025, 3, 7, 8, 5, 9)


def render(template, conversation, setting, tokens=None):
    """The text, or None where the template fails or refuses."""
    chat_template_utils.datetime = _Clock
    try:
        compiled = chat_template_utils._compile_jinja_template(template)
        return compiled.render(
            messages=conversation,
            tools=setting.get("tools"),
            documents=None,
            add_generation_prompt=setting["add_generation_prompt"],
            **{**(tokens or TOKENS), **setting.get("variables", {})},
        )
    except Exception as fault:  # of any kind: templates fail in many ways
        return {"fault": f"{type(fault).__name__}: {fault}"}


def cases():
    """All conversations with all settings."""
    return [[c, s] for c in CONVERSATIONS for s in SETTINGS]


def rendered(template):
    """What a template makes of all cases, in order: a text, or an object with the fault."""
    return [render(template, c, s) for c, s in cases()]


def templates():
    """Templates that together have all of Jinja that is supported."""
    return SNIPPETS


def fixtures(folder):
    """Writes tests/Fixtures/chat: what transformers makes of two conversations with each of our templates."""
    import os

    os.makedirs(folder, exist_ok=True)
    chosen = [[c, SETTINGS[2]] for c in (CONVERSATIONS[1], CONVERSATIONS[3])]
    with open(os.path.join(folder, "templates.jsonl"), "w") as file:
        file.write(json.dumps(chosen) + "\n")
        for template in SNIPPETS:
            file.write(json.dumps([template, [render(template, c, s) for c, s in chosen]]) + "\n")


if __name__ == "__main__":
    import sys

    fixtures(sys.argv[1])
