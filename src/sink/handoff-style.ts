/** Style of the handoff page: light and dark, from the width of a telephone on. */
export const STYLE = `:root{color-scheme:light dark;--back:#f3f4f6;--card:#fff;--text:#1f2937;--soft:#4b5563;--line:#d1d5db;--edge:#6b7280;
--main:#1d4ed8;--on-main:#fff;--bad:#b91c1c;--bad-back:#fef2f2}
@media (prefers-color-scheme:dark){:root{--back:#0b0f19;--card:#161c2a;--text:#f3f4f6;--soft:#b6bfce;--line:#323b4d;--edge:#8a94a6;
--main:#93b4ff;--on-main:#0b1020;--bad:#fca5a5;--bad-back:#3a1518}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;padding:max(1rem,6vh) 1rem 1rem;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main,footer{max-width:27rem;margin:0 auto}
main{padding:2rem;border:1px solid var(--line);border-radius:16px;background:var(--card);box-shadow:0 8px 28px #0000001a}
footer{padding:1rem .25rem;color:var(--soft);font-size:.875rem;text-align:center}
h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.25}
p{margin:0 0 1rem}strong,dd{overflow-wrap:anywhere}
label{display:block;margin:1.5rem 0 .375rem;font-weight:600}
input{width:100%;padding:.75rem 1rem;border:2px solid var(--edge);border-radius:10px;background:transparent;color:inherit;
font:600 1.75rem/1.25 ui-monospace,monospace;letter-spacing:.15em;text-align:center}
.hint{margin:.5rem 0 0;color:var(--soft);font-size:.875rem}
button{width:100%;min-height:3rem;margin-top:1rem;padding:.625rem 1rem;border:2px solid var(--main);border-radius:10px;
background:var(--main);color:var(--on-main);font:600 1rem/1.25 system-ui,sans-serif;cursor:pointer}
button.second{border-color:var(--line);background:transparent;color:var(--text)}
a{color:var(--main)}
:is(a,button,input):focus-visible{outline:3px solid var(--main);outline-offset:3px}
[role=alert]{margin:1rem 0 0;padding:.625rem .875rem;border-radius:10px;background:var(--bad-back);color:var(--bad);font-weight:600}
dl{display:grid;grid-template-columns:auto 1fr;gap:.375rem 1rem;margin:1.5rem 0 0;padding-top:1.25rem;border-top:1px solid var(--line);font-size:.875rem}
dt{color:var(--soft)}dd{margin:0}
@media (max-width:30rem){body{padding:.75rem}main{padding:1.25rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}`;
