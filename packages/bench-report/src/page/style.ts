/** The page's looks: light or dark as the reader's system is, light on paper, one column on a phone. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2129; --soft: #5b6472; --paper: #ffffff; --raised: #f5f6f8; --line: #d9dde3; --bar: #7a8699; --warn: #fff4d6; --warn-line: #d9a300; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --soft: #a3acb9; --paper: #15181d; --raised: #1e2229; --line: #353b45; --bar: #7a8699; --warn: #3a2f10; --warn-line: #b88a00; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 70rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 1.7rem; line-height: 1.2; }
h2 { margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: 1.3rem; line-height: 1.3; }
h3 { margin: 0; font-size: 1rem; line-height: 1.4; }
p { margin: .4rem 0; max-width: 48rem; }
a { color: inherit; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9em; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.soft { color: var(--soft); }
.file { margin: 1rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); }
.file dl, .words dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0 0; }
.file dt, .words dt { color: var(--soft); }
.file dd, .words dd { margin: 0; }
.warning { padding: .5rem .75rem; border-left: 4px solid var(--warn-line); background: var(--warn); }
figure { margin: 1.5rem 0 2.5rem; }
figcaption p { margin: .2rem 0 .6rem; color: var(--soft); font-size: .875rem; }
.still { border-radius: 8px; background: #ffffff; }
.still svg { display: block; width: 100%; height: auto; }
.live { display: none; width: 100%; }
.drawn .still { display: none; }
.drawn .live { display: block; }
.tip-head { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .75rem 0 1.5rem; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { padding: .25rem 0; text-align: left; font-weight: 600; font-size: 1rem; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; }
.left { text-align: left; }
.bracket { padding: 0 .2rem; border-bottom-color: transparent; color: var(--soft); font: 1rem/1 ui-monospace, "DejaVu Sans Mono", monospace; text-align: left; white-space: pre; }
.bars { width: 22rem; min-width: 6rem; }
.bars span { display: block; height: .7rem; border-radius: 2px; background: var(--bar); }
.glance table { width: 100%; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
summary { cursor: pointer; font-weight: 600; }
footer { margin-top: 3rem; color: var(--soft); font-size: .875rem; }
@media (max-width: 40rem) {
  body { padding: 1rem .75rem 3rem; }
  h1 { font-size: 1.35rem; }
  .file dl, .words dl { grid-template-columns: 1fr; }
  .file dd { margin-bottom: .4rem; }
  th, td { padding: .2rem .35rem; }
  .range { display: none; }
  .bars { width: auto; min-width: 3.5rem; }
  .glance thead .bars { font-size: 0; }
}
@media print {
  :root { color-scheme: light; --ink: #000000; --soft: #444444; --paper: #ffffff; --raised: #ffffff; --line: #bbbbbb; --bar: #777777; --warn: #ffffff; }
  body { max-width: none; padding: 0; font-size: 11pt; }
  nav, details, section:has(> #rows) { display: none; }
  .scroll { overflow: visible; }
  .bars { width: auto; }
  .glance table { break-inside: avoid; font-size: 8.5pt; }
  .drawn .still { display: block; }
  .drawn .live { display: none; }
  h2, figcaption, caption { break-after: avoid; }
  figure, tr, .file { break-inside: avoid; }
  .bars span { print-color-adjust: exact; }
}
`;
