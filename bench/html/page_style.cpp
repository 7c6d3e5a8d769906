#include "bench/html/page_style.hpp"

namespace carillon {

constexpr std::string_view page_style = R"(:root {
  color-scheme: light dark;
  --paper: #fff;
  --ink: #1c1e21;
  --quiet: #585d64;
  --rule: #d9dce0;
  --shade: #f4f5f7;
  --link: #0b5cad;
  --shadow: #b9bec6;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b;
    --ink: #e6e7e9;
    --quiet: #a3a8af;
    --rule: #3a3e44;
    --shade: #202328;
    --link: #7db8f0;
    --shadow: #000;
  }
}
* {
  box-sizing: border-box;
}
html {
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
}
body {
  max-width: 72rem;
  margin: 0 auto;
  padding: 1.5rem 1rem 3rem;
  color: var(--ink);
  background: var(--paper);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: break-word;
}
h1, h2 {
  margin: 0;
  line-height: 1.2;
  text-wrap: balance;
}
h1 {
  font-size: 1.75rem;
}
h2 {
  padding-top: 1.5rem;
  border-top: 1px solid var(--rule);
  font-size: 1.3rem;
}
p {
  max-width: 42rem;
  margin: .6rem 0;
}
a {
  color: var(--link);
}
section {
  margin-top: 2.5rem;
}
.command {
  margin: 1.2rem 0;
  padding: .7rem .9rem;
  border-radius: 6px;
  background: var(--shade);
  font: .875rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
code {
  font: inherit;
}
.facts {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
  gap: .6rem 1.5rem;
  margin: 1.2rem 0;
}
.facts div {
  min-width: 0;
}
.facts dt {
  color: var(--quiet);
  font-size: .85rem;
}
.facts dd {
  margin: 0;
}
nav ol {
  margin: 1.2rem 0 0;
  padding-left: 1.5rem;
}
nav li {
  padding: .15rem 0;
}
figure {
  min-width: 0;
  margin: 1.5rem 0 0;
}
figcaption {
  margin-bottom: .6rem;
  font-weight: 600;
  line-height: 1.35;
}
.plots {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr));
  gap: 1rem 3rem;
}
.plot svg {
  display: block;
  max-width: 31rem;
  height: auto;
}
.plot p {
  max-width: 31rem;
  color: var(--quiet);
  font-size: .9rem;
}
/* Shadows at the ends that the paper covers when there is no more to see. */
.scroll {
  overflow-x: auto;
  background:
    linear-gradient(to right, var(--paper) 40%, transparent)
      left / 40px 100% no-repeat local,
    linear-gradient(to left, var(--paper) 40%, transparent)
      right / 40px 100% no-repeat local,
    linear-gradient(to right, var(--shadow), transparent)
      left / 14px 100% no-repeat scroll,
    linear-gradient(to left, var(--shadow), transparent)
      right / 14px 100% no-repeat scroll;
}
table {
  border-collapse: collapse;
  font-size: .9rem;
  font-variant-numeric: tabular-nums;
}
th, td {
  padding: .4rem .8rem;
  border-bottom: 1px solid var(--rule);
  text-align: left;
  vertical-align: top;
}
th {
  vertical-align: bottom;
  border-bottom: 2px solid var(--rule);
  line-height: 1.3;
}
th:first-child, td:first-child {
  padding-left: 0;
  white-space: nowrap;
}
th:last-child, td:last-child {
  padding-right: 0;
}
.number {
  text-align: right;
  white-space: nowrap;
}
th.number {
  white-space: normal;
}
@media (max-width: 40rem) {
  td:not(.number) {
    min-width: 7rem;
  }
}
@media print {
  @page {
    margin: 16mm;
  }
  html {
    font-size: 10pt;
  }
  body {
    max-width: none;
    padding: 0;
  }
  h2, section > p, figcaption {
    break-after: avoid;
  }
  .plot, .command, tr {
    break-inside: avoid;
  }
  .plots {
    grid-template-columns: 1fr 1fr;
    gap: 0 8mm;
  }
  .scroll {
    overflow: visible;
    background: none;
  }
  table {
    font-size: 8.5pt;
  }
  th, td {
    padding: .2rem .5rem;
  }
  td:not(.number) {
    min-width: 0;
  }
  th:first-child, td:first-child {
    white-space: normal;
  }
  a {
    color: inherit;
    text-decoration: none;
  }
}
)";

} // namespace carillon
