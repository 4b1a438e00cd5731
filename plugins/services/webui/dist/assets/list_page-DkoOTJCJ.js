import{i as w,d as x,l as f,e as m,f as v,F as y,A as h,g,b as i,r as d}from"./index-B0zP2Q2w.js";function $(n){if(!n)return[];const e=n.columns[0]?.values.length??0;return Array.from({length:e},(t,r)=>{const a={};for(const{name:s,dictionary:o,values:l}of n.columns){const u=l[r];a[s]=o?o[u]:u}return a})}function k(n,e,t){const r=a=>a==null||Number.isNaN(a);return[...n].sort((a,s)=>{const[o,l]=[a[e],s[e]];return r(o)||r(l)?Number(r(o))-Number(r(l)):typeof o=="number"&&typeof l=="number"?t*(o-l):t*String(o).localeCompare(String(l),void 0,{numeric:!0})})}const N=w`
  .page {
    padding: 14px 16px 24px;
  }
  .bar {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    margin-bottom: 12px;
  }
  .bar p {
    margin: 0;
    color: var(--tw-text-2);
  }
  .bar b {
    color: var(--tw-text);
    font-weight: 590;
  }
  .find {
    display: flex;
    align-items: center;
    gap: 8px;
    width: 240px;
    height: 32px;
    padding: 0 10px;
    border: 1px solid var(--tw-field);
    border-radius: var(--tw-radius-field);
    background: var(--tw-surface);
    color: var(--tw-text-3);
  }
  .find:focus-within {
    outline: 2px solid var(--tw-accent);
    outline-offset: 1px;
  }
  .find input {
    flex: 1;
    min-width: 0;
    border: 0;
    outline: 0;
    background: none;
    color: var(--tw-text);
    font: inherit;
  }
  .sheet {
    overflow-x: auto;
    border: 1px solid var(--tw-border);
    border-radius: var(--tw-radius);
    background: var(--tw-surface);
    box-shadow: var(--tw-panel-shadow);
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th {
    height: 38px;
    padding: 0 14px;
    border-bottom: 1px solid var(--tw-border);
    color: var(--tw-text-3);
    font-size: 12px;
    font-weight: 500;
    text-align: left;
    white-space: nowrap;
  }
  th button {
    height: 38px;
    padding: 0;
    border: 0;
    background: none;
    cursor: pointer;
  }
  th button:hover {
    color: var(--tw-text);
  }
  th[aria-sort='ascending'] button::after {
    content: ' ↑';
  }
  th[aria-sort='descending'] button::after {
    content: ' ↓';
  }
  td {
    height: 40px;
    padding: 0 14px;
    white-space: nowrap;
  }
  tr + tr td {
    border-top: 1px solid var(--tw-border);
  }
  tbody tr:hover td {
    background: var(--tw-surface-2);
  }
  .number {
    text-align: right;
  }
  .name {
    display: inline-flex;
    align-items: center;
    gap: 10px;
    color: var(--tw-text);
    font-weight: 590;
    text-decoration: none;
  }
  a.name:hover {
    color: var(--tw-accent);
  }
  .share {
    display: inline-flex;
    align-items: center;
    gap: 12px;
  }
  .track {
    width: 72px;
    height: 6px;
    overflow: hidden;
    border-radius: 3px;
    background: var(--tw-surface-3);
  }
  .track span {
    display: block;
    height: 100%;
    border-radius: 3px;
  }
  .tag {
    display: inline-block;
    margin-right: 6px;
    padding: 1px 7px;
    border: 1px solid var(--tw-border-2);
    border-radius: var(--tw-radius-chip);
    color: var(--tw-text-2);
    font-size: 11px;
  }
  .name .tag {
    margin: 0 0 0 -2px;
    font-weight: 400;
    cursor: help;
  }
  .tag.runtime {
    border-color: var(--tw-info);
    color: var(--tw-info);
  }
  tr.gone .name {
    color: var(--tw-text-3);
    font-weight: 400;
  }
  tr.gone .name .word {
    text-decoration: line-through;
  }
  h2 {
    display: flex;
    align-items: baseline;
    gap: 10px;
    margin: 24px 0 10px;
    color: var(--tw-text);
    font-size: 13px;
    font-weight: 590;
  }
  h2 span {
    color: var(--tw-text-2);
    font-weight: 400;
  }
  .crit-text {
    color: var(--tw-crit);
  }
  .warn-text {
    color: var(--tw-warn);
  }
  .ok-text {
    color: var(--tw-ok);
  }
  .info-text {
    color: var(--tw-info);
  }
  .none {
    padding: 40px;
    color: var(--tw-text-3);
    text-align: center;
  }
  .problem {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-bottom: 12px;
    padding: 10px 14px;
    border-radius: var(--tw-radius);
    background: var(--tw-crit-soft);
    color: var(--tw-crit);
  }
  @media (max-width: 899px) {
    .find {
      width: 140px;
    }
  }
`;var C=Object.defineProperty,c=(n,e,t,r)=>{for(var a=void 0,s=n.length-1,o;s>=0;s--)(o=n[s])&&(a=o(e,t,a)||a);return a&&C(e,t,a),a};class p extends x{constructor(){super(...arguments),this.data=f,this.more={},this.wanted="",this.sortKey="",this.sign=1,this.others=[],this.nothingYet="Nothing here yet"}static{this.styles=[m,N]}connectedCallback(){super.connectedCallback(),v.begin({last:900});const e=[this.source,...this.others].map(t=>({id:t,source:t,width:0}));this.feed=new y(()=>({panels:e}),(t,r)=>{if(t!==this.source){this.more={...this.more,[t]:r};return}this.data=r,document.documentElement.dataset.ready="1"})}disconnectedCallback(){super.disconnectedCallback(),this.feed?.close()}order(e){return this.sortKey?k(e,this.sortKey,this.sign):e}fits(e,t=this.searched){const r=t.map(a=>[e[a]].flat().join(" ")).join(" ").toLowerCase();return this.wanted.toLowerCase().split(/\s+/).every(a=>r.includes(a))}sort(e){this.sign=this.sortKey===e?-this.sign:1,this.sortKey=e}render(){const e=this.listed(),t=this.order(e.filter(r=>this.fits(r)));return i`<div class="page">
      <div class="bar">
        <p>${this.summary(t.length,e)}</p>
        <label class="find">${g("search",14)}
          <input type="text" placeholder="Filter" aria-label="Filter" .value=${this.wanted}
            @input=${r=>this.wanted=r.target.value} />
        </label>
      </div>
      ${this.data.state==="error"?i`<div class="problem" role="alert">${g("warning",16)} ${this.data.error}</div>`:h}
      ${this.renderTable(t)}
      ${this.data.state!=="loading"&&t.length===0&&this.data.state!=="error"?i`<p class="none">${e.length===0?this.nothingYet:"Nothing matches the filter"}</p>`:h}
      ${this.below()}
    </div>`}listed(){return $(this.data.frames[0])}below(){return h}renderTable(e){return i`<div class="sheet"><table aria-rowcount=${e.length}>
      <thead><tr>${this.heads.map(t=>i`
        <th scope="col" class=${t.number?"number":""}
          aria-sort=${this.sortKey!==t.key?"none":this.sign>0?"ascending":"descending"}>
          <button @click=${()=>this.sort(t.key)}>${t.label}</button></th>`)}</tr></thead>
      ${b(this.heads,e)}
    </table></div>`}}c([d()],p.prototype,"data");c([d()],p.prototype,"more");c([d()],p.prototype,"wanted");c([d()],p.prototype,"sortKey");c([d()],p.prototype,"sign");function b(n,e){return i`<tbody>${e.map(t=>i`<tr class=${t.gone?"gone":""}>${n.map(r=>i`<td class=${r.number?"number":""}>${r.cell(t)}</td>`)}</tr>`)}</tbody>`}function F(n,e,t){return i`<div class="sheet"><table aria-label=${n} aria-rowcount=${t.length}>
    <thead><tr>${e.map(r=>i`
      <th scope="col" class=${r.number?"number":""}>${r.label}</th>`)}</tr></thead>
    ${b(e,t)}
  </table></div>`}function S(n){const e={warn:"warn",crit:"crit",idle:"idle"}[String(n)]??"",t={warn:"warning",crit:"critical",idle:"idle"}[String(n)]??"ok";return i`<span class="mark ${e}" role="img" aria-label=${t}></span>`}function _(n,e){const t=Number(n);if(!Number.isFinite(t))return i`<span class="dim">no data</span>`;const r=t>=90?"var(--tw-crit-g)":t>=75?"var(--tw-warn-g)":e;return i`<span class="share"><span class="track"><span
      style="width:${Math.min(100,Math.max(0,t))}%;background:${r}"></span></span>
    ${t.toFixed(t<10?1:0)}%</span>`}export{p as L,_ as b,F as f,S as m,$ as r};
