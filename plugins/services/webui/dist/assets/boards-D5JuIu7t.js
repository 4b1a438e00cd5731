import{d as l,g as u,b as i,e as c,i as b,n as f,c as m}from"./index-B0zP2Q2w.js";var g=Object.defineProperty,w=Object.getOwnPropertyDescriptor,p=(t,a,e,s)=>{for(var r=s>1?void 0:s?w(a,e):a,d=t.length-1,n;d>=0;d--)(n=t[d])&&(r=(s?n(a,e,r):n(r))||r);return s&&r&&g(a,e,r),r};let o=class extends l{constructor(){super(...arguments),this.boards=[]}firstUpdated(){document.documentElement.dataset.ready="1"}render(){return i`<ul>${this.boards.map(({slug:t,title:a,scope:e})=>i`<li>
      <a href="/d/${t}">${u("boards")} ${a}
        ${e?i`<span class="dim">one host</span>`:""}</a></li>`)}</ul>`}};o.styles=[c,b`
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(260px, 1fr));
      gap: 12px;
      margin: 0;
      padding: 16px;
      list-style: none;
    }
    a {
      display: flex;
      align-items: center;
      gap: 12px;
      padding: 18px 16px;
      border: 1px solid var(--tw-border);
      border-radius: var(--tw-radius);
      background: var(--tw-surface);
      font-weight: 590;
      text-decoration: none;
      box-shadow: var(--tw-panel-shadow);
    }
    a:hover {
      border-color: var(--tw-border-2);
      background: var(--tw-surface-2);
    }
    .dim {
      margin-left: auto;
      font-weight: 400;
    }
  `];p([f({attribute:!1})],o.prototype,"boards",2);o=p([m("tw-boards")],o);export{o as TwBoards};
