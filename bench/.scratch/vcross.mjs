import { readFileSync } from 'node:fs';
import { start } from '../lib/servers.mjs';
import { startHelper } from '../lib/process.mjs';
import { quantile } from '../lib/report.mjs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
const u=(p)=>fileURLToPath(new URL(p, import.meta.url));
const [N,...vars]=process.argv.slice(2);
const stat=()=>{const v=readFileSync('/proc/stat','utf8').split(/\s+/,9).slice(1).map(Number);return {idle:v[3]+v[4],all:v.reduce((a,b)=>a+b)}};
async function quiet(limit=0.15, tries=60){ for(let i=0;i<tries;i++){const a=stat();await sleep(1500);const b=stat();const busy=1-(b.idle-a.idle)/(b.all-a.all);if(busy<limit)return busy;} return 'never quiet'; }
const sender=await startHelper(u('../latency/sender.mjs'));
const ours=await start('ours'); const bare=await start('bare');
const st={};
const add=async(k,server,client,script)=>{const w=await startHelper(u(script));await w.call('connect',client,server.http);st[k]={port:server.port,w,total:[],ack:[],send:[],first:[]};};
await add('bare/bare',bare,'bare','../latency/worker.mjs');
await add('ours/bare client',ours,'bare','../latency/worker.mjs');
for(const v of vars) await add(`ours/${v}`,ours,'ours',`v-${v}/bench/latency/worker.mjs`);
console.log('quiet', await quiet());
let n=0;
for(let r=0;r<N/10+10;r++)for(const x of Object.values(st))for(let i=0;i<10;i++){const to=`u${++n}@x.test`;await x.w.call('watch',[to]);const a=x.w.call('arrival',to);await sleep(Math.random()*10);const [s,c]=await Promise.all([sender.call('send',x.port,'pooled',{to,code:'654987'}),a]);if(c.code!=='654987')throw new Error(c.code);if(r<1&&i<3)x.first.push((c.at-s.begun).toFixed(1));if(r>=10){x.total.push(c.at-s.begun);x.ack.push(c.at-s.acked);x.send.push(s.acked-s.begun);}}
for(const[k,x]of Object.entries(st))console.log(k.padEnd(20),'total p50',quantile(x.total,.5).toFixed(2),'p25',quantile(x.total,.25).toFixed(2),'p95',quantile(x.total,.95).toFixed(2),'| send',quantile(x.send,.5).toFixed(2),'| after ack',quantile(x.ack,.5).toFixed(2),'| first',x.first.join(' '), '| x bare', (quantile(x.total,.5)/quantile(st['bare/bare'].total,.5)).toFixed(2));
await sender.stop();for(const x of Object.values(st))await x.w.stop();await ours.stop();await bare.stop();
