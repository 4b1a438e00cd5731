import{i as b,d as w,l as x,e as f,f as m,F as v,A as u,g,b as o,r as l}from"./index-CqCY_PXq.js";function y(n){if(!n)return[];const r=n.columns[0]?.values.length??0;return Array.from({length:r},(t,e)=>{const a={};for(const{name:s,dictionary:i,values:d}of n.columns){const h=d[e];a[s]=i?i[h]:h}return a})}function $(n,r,t){const e=a=>a==null||Number.isNaN(a);return[...n].sort((a,s)=>{const[i,d]=[a[r],s[r]];return e(i)||e(d)?Number(e(i))-Number(e(d)):typeof i=="number"&&typeof d=="number"?t*(i-d):t*String(i).localeCompare(String(d),void 0,{numeric:!0})})}const k=b`
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
`;var N=Object.defineProperty,c=(n,r,t,e)=>{for(var a=void 0,s=n.length-1,i;s>=0;s--)(i=n[s])&&(a=i(r,t,a)||a);return a&&N(r,t,a),a};class p extends w{constructor(){super(...arguments),this.data=x,this.wanted="",this.sortKey="",this.sign=1,this.nothingYet="Nothing here yet"}static{this.styles=[f,k]}connectedCallback(){super.connectedCallback(),m.begin({last:900});const r=[{id:this.source,source:this.source,width:0}];this.feed=new v(()=>({panels:r}),(t,e)=>{this.data=e,document.documentElement.dataset.ready="1"})}disconnectedCallback(){super.disconnectedCallback(),this.feed?.close()}order(r){return this.sortKey?$(r,this.sortKey,this.sign):r}fits(r){const t=this.searched.map(e=>[r[e]].flat().join(" ")).join(" ").toLowerCase();return this.wanted.toLowerCase().split(/\s+/).every(e=>t.includes(e))}sort(r){this.sign=this.sortKey===r?-this.sign:1,this.sortKey=r}render(){const r=y(this.data.frames[0]),t=this.order(r.filter(e=>this.fits(e)));return o`<div class="page">
      <div class="bar">
        <p>${this.summary(t.length,r)}</p>
        <label class="find">${g("search",14)}
          <input type="text" placeholder="Filter" aria-label="Filter" .value=${this.wanted}
            @input=${e=>this.wanted=e.target.value} />
        </label>
      </div>
      ${this.data.state==="error"?o`<div class="problem" role="alert">${g("warning",16)} ${this.data.error}</div>`:u}
      ${this.renderTable(t)}
      ${this.data.state!=="loading"&&t.length===0&&this.data.state!=="error"?o`<p class="none">${r.length===0?this.nothingYet:"Nothing matches the filter"}</p>`:u}
    </div>`}renderTable(r){return o`<div class="sheet"><table aria-rowcount=${r.length}>
      <thead><tr>${this.heads.map(t=>o`
        <th scope="col" class=${t.number?"number":""}
          aria-sort=${this.sortKey!==t.key?"none":this.sign>0?"ascending":"descending"}>
          <button @click=${()=>this.sort(t.key)}>${t.label}</button></th>`)}</tr></thead>
      <tbody>${r.map(t=>o`<tr>${this.heads.map(e=>o`<td class=${e.number?"number":""}>${e.cell(t)}</td>`)}</tr>`)}</tbody>
    </table></div>`}}c([l()],p.prototype,"data");c([l()],p.prototype,"wanted");c([l()],p.prototype,"sortKey");c([l()],p.prototype,"sign");function K(n){const r={warn:"warn",crit:"crit",idle:"idle"}[String(n)]??"",t={warn:"warning",crit:"critical",idle:"idle"}[String(n)]??"ok";return o`<span class="mark ${r}" role="img" aria-label=${t}></span>`}function F(n,r){const t=Number(n);if(!Number.isFinite(t))return o`<span class="dim">no data</span>`;const e=t>=90?"var(--tw-crit-g)":t>=75?"var(--tw-warn-g)":r;return o`<span class="share"><span class="track"><span
      style="width:${Math.min(100,Math.max(0,t))}%;background:${e}"></span></span>
    ${t.toFixed(t<10?1:0)}%</span>`}export{p as L,F as b,K as m};
