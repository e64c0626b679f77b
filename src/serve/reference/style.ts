/** Style of the reference page: system fonts, light and dark, readable on a phone. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dde3, #30363d); --quiet: light-dark(#57606a, #9aa4af);
  --ground: light-dark(#fff, #0f1419); --side: light-dark(#f6f8fa, #161b22); --link: light-dark(#0b5cad, #6cb6ff) }
* { box-sizing: border-box }
body { margin: 0; display: grid; grid-template-columns: 20rem minmax(0, 1fr); background: var(--ground);
  font: 15px/1.55 system-ui, sans-serif }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.25rem; background: var(--side);
  border-right: 1px solid var(--line); font-size: 13px }
nav h2 { margin: 1.1rem 0 .3rem; font-size: 12px; color: var(--quiet) }
nav ul { margin: 0; padding: 0; list-style: none }
nav li a { display: block; padding: .15rem 0; overflow-wrap: anywhere; color: inherit; text-decoration: none }
nav li a:hover { text-decoration: underline }
nav b { display: inline-block; min-width: 3.4rem; font-size: 11px; color: var(--quiet) }
main { max-width: 60rem; padding: 1.5rem 2.5rem 6rem }
section { padding: 1rem 0 1.5rem; border-top: 1px solid var(--line); scroll-margin-top: 1rem }
h1 small { font-size: 1rem; font-weight: 400; color: var(--quiet) }
h3 b { font-size: 13px; padding: .1rem .45rem; border: 1px solid var(--line); border-radius: 4px }
h4 { margin: 1rem 0 .3rem }
a { color: var(--link) }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
code { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
pre { padding: .7rem .9rem; overflow: auto; background: var(--side); border: 1px solid var(--line); border-radius: 6px }
table { width: 100%; border-collapse: collapse; font-size: 14px }
th, td { padding: .35rem .6rem .35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
td:first-child code { white-space: nowrap }
tr:target { background: var(--side) }
dl { margin: 0 } dt { margin-top: .3rem } dd, dd ul { margin: 0; padding-left: 1rem }
@media (max-width: 50rem) { body { display: block } nav { position: static; height: auto; max-height: 45vh } main { padding: 1rem } }
`
