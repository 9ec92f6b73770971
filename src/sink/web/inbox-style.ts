/** Style of the web inbox: light and dark, from the width of a telephone on. It has the colors of the handoff page. */
export const STYLE = `:root{color-scheme:light dark;--back:#f3f4f6;--card:#fff;--text:#1f2937;--soft:#4b5563;--line:#dfe3e8;--edge:#6b7280;
--main:#1d4ed8;--on-main:#fff;--tint:#eaf0ff;--good:#166534;--bad:#b91c1c;--bad-back:#fef2f2;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
@media (prefers-color-scheme:dark){:root{--back:#0b0f19;--card:#161c2a;--text:#f3f4f6;--soft:#b6bfce;--line:#2a3345;--edge:#8a94a6;
--main:#93b4ff;--on-main:#0b1020;--tint:#1c2740;--good:#86efac;--bad:#fca5a5;--bad-back:#3a1518}}
*{box-sizing:border-box}
html,body{height:100%}
body{display:flex;flex-direction:column;margin:0;background:var(--back);color:var(--text);font:.9375rem/1.45 system-ui,sans-serif}
h1,h2,h3,p,ul,ol,dl,dd{margin:0;padding:0}ul,ol{list-style:none}
a{color:var(--main)}
:is(a,button,input,pre,summary):focus-visible{outline:2px solid var(--main);outline-offset:2px}
kbd{padding:.0625rem .4rem;border:1px solid var(--line);border-radius:5px;background:var(--card);color:var(--soft);font:.75rem/1.4 var(--mono)}
.soft{color:var(--soft)}
header{display:flex;flex:none;gap:1.5rem;align-items:center;padding:.625rem 1.25rem;border-bottom:1px solid var(--line);background:var(--card)}
header h1{width:13rem;font-size:1rem;font-weight:700;letter-spacing:-.01em}
header h1 a{color:inherit;text-decoration:none}
[role=search]{position:relative;flex:1;max-width:34rem}
form kbd{position:absolute;top:50%;right:.625rem;transform:translateY(-50%)}
form:focus-within kbd{display:none}
input[type=search]{width:100%;padding:.5rem .875rem;border:1px solid var(--edge);border-radius:9px;background:var(--back);color:inherit;font:inherit;-webkit-appearance:none;appearance:none}
input::placeholder{color:var(--soft);opacity:1}
#status{display:flex;gap:.5rem;align-items:center;margin-left:auto;color:var(--soft);font-size:.8125rem;white-space:nowrap}
#status:not(:empty)::before{width:.5rem;height:.5rem;border-radius:50%;background:var(--bad);content:''}
[data-live] #status::before{background:var(--good)}
.columns{display:grid;flex:1;grid-template-columns:14.5rem minmax(19rem,25rem) minmax(0,1fr);min-height:0}
[data-state=side] .columns{grid-template-columns:14.5rem minmax(0,1fr)}
#views,#list,#pane{min-height:0;overflow:auto}
#views{display:flex;flex-direction:column;gap:.125rem;padding:1rem .75rem}
#views h2{padding:1.125rem .625rem .375rem;color:var(--soft);font-size:.75rem;font-weight:600}
#views a{display:flex;gap:.5rem;justify-content:space-between;padding:.4375rem .625rem;border-radius:8px;color:var(--text);text-decoration:none}
#views a:hover{background:var(--card)}
#views a span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
#views b{color:var(--soft);font-weight:500;font-variant-numeric:tabular-nums}
#views a[aria-current]{background:var(--tint);color:var(--main);font-weight:600}
#views a[aria-current] b{color:inherit}
#list{border:solid var(--line);border-width:0 1px;background:var(--card)}
#list li{border-bottom:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 6rem}
#list li>a{display:block;padding:.6875rem 1rem .6875rem .8125rem;border-left:3px solid transparent;color:inherit;text-decoration:none}
#list li>a:hover{background:var(--back)}
#list li>a:focus-visible{outline-offset:-2px}
#list li>a[aria-current]{border-left-color:var(--main);background:var(--tint)}
.line{display:flex;gap:.75rem;align-items:baseline;justify-content:space-between;min-width:0}
.line>:first-child,.owner{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.owner{display:block}
.line.soft{margin-top:.125rem;font-size:.8125rem}
.to{font-weight:600}.to small{font-weight:400}
.line time{flex:none;color:var(--soft);font-size:.8125rem;font-variant-numeric:tabular-nums}
.chip{flex:none;padding:0 .5rem;border-radius:6px;background:var(--main);color:var(--on-main);font:600 .875rem/1.5 var(--mono);letter-spacing:.04em}
.kind{margin-right:.125rem;padding:0 .3125rem;border:1px solid var(--line);border-radius:4px;font-size:.6875rem}
.claimed{flex:none;color:var(--good)}.claimed::before{content:'✓ '}
.more{display:flex;gap:.75rem;align-items:center;padding:1rem;color:var(--soft)}
.empty{max-width:26rem;margin:0 auto;padding:16vh 1.5rem 2rem;color:var(--soft);text-align:center}
.empty strong{display:block;margin-bottom:.25rem;color:var(--text);font-size:1.0625rem}
.empty .keys{margin-top:1rem;font-size:.8125rem}.keys kbd{margin-left:.5rem}
#pane{padding:1.5rem 2rem}
article{display:flex;flex-direction:column;gap:1.125rem;max-width:60rem;min-height:100%;margin:0 auto}
h2{font-size:1.375rem;line-height:1.3;letter-spacing:-.01em;overflow-wrap:anywhere}
.back{display:none}
.meta{display:flex;flex-wrap:wrap;margin-top:-.75rem;color:var(--soft);overflow-wrap:anywhere}
.meta>span+span::before{margin:0 .5rem;content:'·'}
.findings{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:1rem;align-items:start}
.card{padding:1rem 1.25rem;border:1px solid var(--line);border-radius:14px;background:var(--card)}
.card h3{color:var(--soft);font-size:.8125rem;font-weight:600}
.card.quiet{padding:.75rem 1.25rem}
.code{margin:.125rem 0 .625rem;font:650 2.25rem/1.2 var(--mono);letter-spacing:.08em;overflow-wrap:anywhere}
.link{margin:.375rem 0 .75rem}
.link strong{display:block}
.link a,.link span{display:-webkit-box;overflow:hidden;font:.8125rem/1.4 var(--mono);overflow-wrap:anywhere;-webkit-box-orient:vertical;-webkit-line-clamp:2}
button,.button{display:inline-block;min-height:2.25rem;padding:.4375rem 1rem;border:1px solid var(--main);border-radius:9px;background:var(--main);color:var(--on-main);
font:600 .9375rem/1.25 system-ui,sans-serif;text-decoration:none;cursor:pointer}
button.second,.button{border-color:var(--edge);background:transparent;color:var(--text)}
details{margin-top:.75rem;color:var(--soft);font-size:.8125rem}
.quiet details{margin-top:.125rem}
summary{width:fit-content;cursor:pointer}
details li{padding:.125rem 0 0 .875rem}details p{padding-top:.25rem}
dl{display:grid;grid-template-columns:6.5rem minmax(0,1fr);gap:.375rem 1rem}
dt{color:var(--soft)}dd{overflow-wrap:anywhere}
.parts{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;border-bottom:1px solid var(--line)}
.parts a{padding:.375rem 0 .5rem;border-bottom:2px solid transparent;color:var(--soft);text-decoration:none}
.parts a:hover{color:var(--text)}
.parts a[aria-current]{border-color:var(--main);color:var(--text);font-weight:600}
.parts .download{margin-left:auto}
iframe{flex:1;width:100%;min-height:28rem;border:1px solid var(--line);border-radius:10px;background:#fff}
pre{max-width:100%;margin:0;padding:1rem 1.25rem;border:1px solid var(--line);border-radius:10px;background:var(--card);overflow:auto;font:.8125rem/1.55 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere}
pre.sms{max-width:30rem;border-radius:18px 18px 18px 4px;font:1rem/1.5 system-ui,sans-serif}
.remote{padding:.625rem .875rem;border-radius:10px;background:var(--tint)}
.files li{display:flex;gap:1rem;justify-content:space-between;padding:.625rem 0;border-bottom:1px solid var(--line)}
[role=alert]{padding:.625rem .875rem;border-radius:10px;background:var(--bad-back);color:var(--bad);font-weight:600}
.side{max-width:54rem;margin:0 auto}
.side>.soft{margin:.25rem 0 1.25rem}
.entries{display:grid;gap:1rem}.entries h3{color:var(--text);font-size:1rem}.entries p{margin:.25rem 0 .75rem}
.result{margin-bottom:1rem;padding:.625rem .875rem;border-radius:10px;background:var(--tint);font-weight:600}
.answer{display:flex;flex-wrap:wrap;align-items:center;gap:.625rem;margin-top:1rem}
.answer label{font-weight:600}
.answer input{flex:1 1 9rem;min-width:0;max-width:16rem;min-height:2.25rem;padding:.375rem .75rem;border:1px solid var(--edge);border-radius:9px;background:transparent;color:inherit;font:600 1.125rem/1.25 var(--mono);letter-spacing:.08em}
.log li{display:flex;gap:1rem;padding:.625rem 0;border-bottom:1px solid var(--line)}
.log time{flex:none;color:var(--soft);font-variant-numeric:tabular-nums}
.log code{font:.8125rem/1.6 var(--mono);overflow-wrap:anywhere}
@media (max-width:64rem){
.columns{grid-template-columns:minmax(18rem,22rem) minmax(0,1fr);grid-template-rows:auto minmax(0,1fr)}
[data-state=side] .columns{grid-template-columns:minmax(0,1fr)}
#views{flex-direction:row;grid-column:1/-1;padding:.5rem 1rem;border-bottom:1px solid var(--line)}
#views h2{display:none}#views a{flex:none;max-width:16rem}
header h1{width:auto}#list{border-left:0}}
@media (max-width:45rem){
body{font-size:1rem}
header{gap:.75rem;padding:.5rem .75rem}header h1{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}form kbd{display:none}
#status{font-size:0}
.columns{grid-template-columns:minmax(0,1fr)}
#pane{padding:1rem}#list{border-right:0}
[data-state=list] #pane,[data-state=message] #list{display:none}
.back{display:block}.back a{display:inline-block;padding:.375rem 0;text-decoration:none}
.meta{gap:0 1rem}.meta>span+span::before{content:none}
.findings{grid-template-columns:minmax(0,1fr)}
dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.5rem}
.card .code{font-size:2.5rem}.card button{width:100%;min-height:2.75rem}
.log li{flex-direction:column;gap:.125rem}}
@media (prefers-reduced-motion:no-preference){a,button{transition:background-color .12s,border-color .12s}}`;
