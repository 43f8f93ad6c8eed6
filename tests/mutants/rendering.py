"""Render the figures as Markdown and as one self-contained page of HTML."""

from collections.abc import Mapping
from typing import Any

import jinja2

__all__ = ["to_html", "to_markdown"]

_MARKDOWN = """\
# {{ title }}

{{ killed }} of {{ counting }} mutants that count are killed, {{ share }} %.
{{ tried }} were tried (seeds: {{ seeds }}): \
{{ doNotCount }} change nothing that the contract settles,
{{ killedAtStart }} were killed at start and are left out.

| area | killed | of | % | not recognised | never provoked |
|---|---:|---:|---:|---:|---:|
{% for row in areas -%}
| {{ row.area }} | {{ row.killed }} | {{ row.counting }} | {{ row.share }} | \
{{ row.notRecognised }} | {{ row.neverProvoked }} |
{% endfor -%}
{% for kind, found in survivors.items() %}
## Survivors: {{ kind }} ({{ found|length }})
{% for item in found %}
<details><summary>{{ item.file }}:{{ item.line }}, {{ item.operator }}</summary>

```diff
{{ item.diff }}
```

{{ item.witnesses }} answers differ, of 20 at most that are looked for\
{{ "; the rows move" if item.rowsMove }}; check ended with {{ item.exitCode }}.

{% for text in item.firstWitnesses -%}
- `{{ text }}`
{% endfor -%}
{% for text in item.firstProvoked -%}
- check was answered wrongly: `{{ text }}`
{% endfor %}
</details>
{% endfor -%}
{% endfor %}"""

_HTML = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; --good: #2e7d4f; --bad: #b3412f; --line: #8886; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; }
.bar { display: block; height: .7rem; min-width: 6rem; background: var(--bad); }
.bar i { display: block; height: 100%; background: var(--good); }
.wide { overflow-x: auto; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid var(--line); }
li { overflow-wrap: anywhere; }
summary { cursor: pointer; overflow-wrap: anywhere; }
</style>
<main>
<h1>{{ title }}</h1>
<p><strong>{{ killed }} of {{ counting }}</strong> mutants that count are killed,
<strong>{{ share }} %</strong>. {{ tried }} were tried (seeds: {{ seeds }}): {{ doNotCount }} change
nothing that the contract settles, {{ killedAtStart }} were killed at start and are left out.</p>
<div class="wide" tabindex="0"><table>
<thead><tr><th>area</th><th class="number">killed</th><th class="number">of</th>
<th class="number">%</th><th>share</th><th class="number">not recognised</th>
<th class="number">never provoked</th></tr></thead>
<tbody>
{% for row in areas -%}
<tr><th scope="row">{{ row.area }}</th><td class="number">{{ row.killed }}</td>
<td class="number">{{ row.counting }}</td><td class="number">{{ row.share }}</td>
<td>{% if row.counting %}<span class="bar" role="img" aria-label="{{ row.share }} %">\
<i style="width: {{ row.share }}%"></i></span>{% endif %}</td>
<td class="number">{{ row.notRecognised }}</td><td class="number">{{ row.neverProvoked }}</td></tr>
{% endfor -%}
</tbody></table></div>
{% for kind, found in survivors.items() -%}
<h2>Survivors: {{ kind }} ({{ found|length }})</h2>
{% for item in found -%}
<details><summary><code>{{ item.file }}:{{ item.line }}</code> {{ item.operator }}</summary>
<pre>{{ item.diff }}</pre>
<p>{{ item.witnesses }} answers differ, of 20 at most that are looked
for{{ "; the rows move" if item.rowsMove }};
check ended with {{ item.exitCode }}.</p>
<ul>
{% for text in item.firstWitnesses %}<li><code>{{ text }}</code></li>
{% endfor %}{% for text in item.firstProvoked %}<li>check was answered wrongly:
<code>{{ text }}</code></li>
{% endfor %}</ul>
</details>
{% endfor %}{% endfor -%}
</main>
</html>
"""


def to_markdown(document: Mapping[str, Any]) -> str:
    """Return the figures and the survivors as Markdown, details folded."""
    return (
        jinja2.Environment(autoescape=False).from_string(_MARKDOWN).render(document).strip() + "\n"
    )


def to_html(document: Mapping[str, Any]) -> str:
    """Return the same as a page that asks nobody for anything."""
    return jinja2.Environment(autoescape=True).from_string(_HTML).render(document) + "\n"
